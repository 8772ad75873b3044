import { useEffect } from 'preact/hooks';

/** The tab's title, the most telling part of it first. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Zoho access`;
  }, [title]);
}
