/* SPDX-License-Identifier: BSD-2-Clause */
/* Options by table, with getopt_long() beneath. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "say.h"

#define ARGS_MAX 32 /* rows of a table */

static char *join(const char *const *words, const char *between)
{
	char *all = text("%s", *words);

	while (*++words) {
		all = text("%s%s%s", all, between, *words);
	}
	return all;
}

static char *range(unsigned long min, unsigned long max)
{
	return text("a number from %lu to %lu", min, max);
}

unsigned int parse_number(const char *name, const char *value,
			  unsigned long min, unsigned long max)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(value, &end, 10);
	/* The digit: strtoul() by itself skips blanks and takes a sign. */
	if (errno || *end || !isdigit((unsigned char)*value) || n < min ||
	    n > max) {
		die(STATUS_USAGE, "--%s %s: expected %s", name, value,
		    range(min, max));
	}
	return (unsigned int)n;
}

const char *parse_choice(const char *name, const char *value,
			 const char *const *choices)
{
	for (size_t i = 0; choices[i]; i++) {
		if (!strcmp(value, choices[i])) {
			return choices[i];
		}
	}
	die(STATUS_USAGE, "--%s %s: expected %s", name, value,
	    join(choices, ", "));
}

static void *place(const struct arg *arg, void *options)
{
	return (char *)options + arg->at;
}

void arg_flag(const struct arg *arg, void *options, const char *value)
{
	(void)value;
	*(bool *)place(arg, options) = true;
}

void arg_text(const struct arg *arg, void *options, const char *value)
{
	*(const char **)place(arg, options) = value;
}

void arg_number(const struct arg *arg, void *options, const char *value)
{
	*(unsigned int *)place(arg, options) =
		parse_number(arg->name, value, arg->min, arg->max);
}

void arg_choice(const struct arg *arg, void *options, const char *value)
{
	*(const char **)place(arg, options) =
		parse_choice(arg->name, value, arg->choices);
}

/* What it takes, in the words of --help; null: nothing, it is a flag. */
static const char *value_of(const struct arg *arg)
{
	return arg->value || !arg->choices ? arg->value :
					     join(arg->choices, "|");
}

/* What getopt_long() has refused; it has said in `id` and `optopt` why. */
static _Noreturn void refuse(const struct arg *table, int id, char **argv)
{
	/* Beyond ARGS_MAX it is the letter of an option with one dash. */
	if (!optopt || optopt > ARGS_MAX) {
		die(STATUS_USAGE,
		    "unrecognized option '%s'; see ./vgic %s --help",
		    optopt ? text("-%c", optopt) : argv[optind - 1], argv[0]);
	}
	if (id == ':') {
		const struct arg *arg = &table[optopt - 1];

		die(STATUS_USAGE, "option '--%s' requires an argument: %s",
		    arg->name,
		    arg->take == arg_number ? range(arg->min, arg->max) :
					      value_of(arg));
	}
	die(STATUS_USAGE, "option '--%s' takes no argument",
	    table[optopt - 1].name);
}

void args_parse(const struct arg *table, void *options, int argc, char **argv)
{
	struct option known[ARGS_MAX + 1] = { 0 };
	int id;

	/* Ids begin with 1: in optopt 0 says that the option is unknown. */
	for (int i = 0; i < ARGS_MAX && table[i].name; i++) {
		known[i] = (struct option){ table[i].name,
					    table[i].take == arg_flag ?
						    no_argument :
						    required_argument,
					    NULL, i + 1 };
	}
	opterr = 0;
	while ((id = getopt_long(argc, argv, ":", known, NULL)) != -1) {
		if (id == ':' || id == '?') {
			refuse(table, id, argv);
		}
		table[id - 1].take(&table[id - 1], options, optarg);
	}
	if (optind < argc) {
		die(STATUS_USAGE,
		    "unexpected argument '%s'; see ./vgic %s --help",
		    argv[optind], argv[0]);
	}
}

void args_list(const struct arg *table)
{
	for (; table->name; table++) {
		const char *value = value_of(table);

		printf("--%s%s%s: %s\n", table->name, value ? " " : "",
		       value ? value : "", table->help);
	}
}
