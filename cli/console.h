/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's life, and the guest's console with it. */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdbool.h>

struct console {
	bool interactive; /* QEMU has the terminal */
	bool quiet; /* do not show what the guest says */
	/* Kill QEMU after so many seconds, 0: never. */
	unsigned int limit;
	/* For each line the guest prints, when not interactive. */
	void (*line)(struct console *c, const char *line);
	void *context;
	int feed; /* bytes the guest still waits for */

	/* How it went. */
	int status; /* QEMU's exit status, or 128 + signal */
	bool killed; /* by us, after `limit` */
	bool stopped; /* console_stop() ended it */
	double seconds; /* from the start of QEMU until now */
};

/* Start argv and stay with it until its end. */
void console_run(struct console *c, char **argv);

/* From line(): send the guest `count` bytes, a to z over and over, then \n. */
void console_feed(struct console *c, int count);

/* From line(): nothing more is wanted of this guest. */
void console_stop(struct console *c);

#endif
