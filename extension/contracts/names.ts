import * as z from 'zod';

/** A text of names separated by commas, as a list; an empty text is an empty list. */
export function namesSchema<Output>(name: z.ZodType<Output, string>) {
  return z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(name));
}

/** Name under which a daemon knows an OCI runtime. */
export const runtimeNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  message: 'a runtime goes by letters, digits, dots, hyphens and underscores',
});

/** The address of a Redis server, or the path of its Unix socket. */
export const redisUrlSchema = z
  .string()
  .refine((text) => text.startsWith('/') || (/^rediss?:\/\/[^/]/.test(text) && URL.canParse(text)));
