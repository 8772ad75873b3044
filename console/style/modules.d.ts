/** esbuild puts the imported styles into one file. */
declare module '*.css';
