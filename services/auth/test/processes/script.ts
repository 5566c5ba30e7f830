import { fileURLToPath } from 'node:url'

/** The file of a program in this folder. */
export const script = (name: string) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))
