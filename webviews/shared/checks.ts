import * as z from 'zod';

/*
 * The first import of every panel. Zod would try to compile its checks as soon as one is made, which a
 * panel's policy forbids and reports as a breach.
 */
z.config({ jitless: true });
