/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the command says of itself, and how it ends.  Standard output is the
 * guest's or the report's, so all of this goes to standard error.
 */
#ifndef CLI_SAY_H
#define CLI_SAY_H

/* Exit statuses, the same for every command. */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1, /* a self-check, a test or a measurement failed */
	STATUS_USAGE = 2,  /* an option, a value or a file is wrong */
	STATUS_TIMEOUT = 3,
	STATUS_EL2_FAULT = 4, /* the hypervisor died */
	STATUS_NO_SETUP = 5,  /* something needed cannot be had */
	STATUS_RESET = 6,     /* the guest panicked, or reset its machine */
};

/* One line, after "vgic: "; printf style. */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

/* The same, then the end of the process; atexit() functions run. */
__attribute__((format(printf, 2, 3))) _Noreturn void
die(enum status status, const char *format, ...);

/*
 * Memory for the formatted text, which the caller owns.  Most callers never
 * free it: what a run needs is a few kilobytes, and the process ends with it.
 */
__attribute__((format(printf, 1, 2))) char *text(const char *format, ...);

#endif
