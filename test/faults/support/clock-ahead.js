/** Loaded before a program: its clock runs ahead of the machine's by CLOCK_AHEAD milliseconds. */
const now = Date.now
const ahead = Number(process.env.CLOCK_AHEAD ?? 0)
Date.now = () => now() + ahead
