import { config } from 'zod/v4/core';
import { en } from 'zod/v4/locales';

/** Schemas of zod's smaller half have no words of their own for what is wrong: these are for people who read it. */
config(en());
