/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other programs, run to their end: QEMU with a guest, the library's benchmark,
 * the model of a machine, scripts.  All are started, watched, timed and ended
 * in this one way, so that none is left behind when the command is interrupted
 * or a time limit passes.
 */
#ifndef CLI_CHILD_H
#define CLI_CHILD_H

#include <stdbool.h>
#include <stdio.h>

/* child.status of a program that could not be started, as a shell has it. */
#define CHILD_NOT_STARTED 127

struct child {
	/*
	 * Set by the caller.  With all of it zero the program runs unseen: its
	 * standard output is read and dropped, its errors reach the terminal.
	 */
	const char *progress; /* say() this first; null: nothing */
	bool inherit;	      /* it reads and writes our terminal by itself */
	bool interactive;   /* the same, and Ctrl-C is the guest's, not ours */
	FILE *output;	    /* a copy of what it prints; null: none */
	unsigned int limit; /* kill it after so many seconds; 0: never */
	/* Called for each line that it prints, unless it has the terminal. */
	void (*line)(struct child *c, const char *line);
	void *context; /* for line() */

	/* Written by child_run(), and current whenever line() is called. */
	int feed;	/* bytes of input that the guest has yet to get */
	int status;	/* exit status, 128 + signal, or CHILD_NOT_STARTED */
	bool killed;	/* the limit has passed */
	bool stopped;	/* child_stop() was called */
	double seconds; /* since its start */
};

/*
 * Start the program argv[0], found in PATH, and return when it has ended.
 * Ends this process if there are no more processes or pipes to be had, and
 * when it is interrupted itself: the program is killed first.
 */
void child_run(struct child *c, char **argv);

/* From line(): send `count` bytes, a to z over and over, a newline last. */
void child_feed(struct child *c, int count);

/* From line(): all is known that was wanted, the program may be killed. */
void child_stop(struct child *c);

#endif
