/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of a command, as a table.  From a row come the parsing, the line
 * that says what was wrong and what would be right, and the line that the
 * command's text in cli/help has to have (tests/cli/help.sh compares them).
 */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stddef.h>

struct arg {
	const char *name; /* without its dashes; null ends the table */
	/* What it takes, as --help writes it.  Null: choices, or nothing. */
	const char *value;
	const char *help; /* how --help explains it, or the beginning */
	/* Store `value` in the command's struct of options, or die(). */
	void (*take)(const struct arg *arg, void *options, const char *value);
	size_t at; /* offset in that struct, for the functions below */
	unsigned long min, max;	    /* of a number */
	const char *const *choices; /* words, up to a null */
};

/* Take an option into a bool, a const char *, an unsigned int. */
void arg_flag(const struct arg *arg, void *options, const char *value);
void arg_text(const struct arg *arg, void *options, const char *value);
void arg_number(const struct arg *arg, void *options, const char *value);
/* Into a const char *, one of the choices. */
void arg_choice(const struct arg *arg, void *options, const char *value);

/*
 * The same for a value that is part of an option's: `name` is what messages
 * call it.
 */
unsigned int parse_number(const char *name, const char *value,
			  unsigned long min, unsigned long max);
const char *parse_choice(const char *name, const char *value,
			 const char *const *choices);

/*
 * Take argv[1..] of a command into its options, in order.  Does not return
 * when something is wrong with one of them.
 */
void args_parse(const struct arg *table, void *options, int argc, char **argv);

/* Print a line for each row: the option, what it takes, a colon, the help. */
void args_list(const struct arg *table);

#endif
