/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compiled half of ./vgic: what it does once everything is set up and
 * built.  Set-up, builds and --help are the script's, which prints cli/help.
 */
#include <stdio.h>
#include <string.h>

#include "run.h"

static const struct {
	const char *name;
	int (*main)(int argc, char **argv);
	const struct arg *args;
} commands[] = {
	{ "run", run_main, run_args },
	{ "bench", bench_main, bench_args },
	{ "matrix", matrix_main, matrix_args },
};

int main(int argc, char **argv)
{
	/* For tests/cli/help.sh: what --help of a command has to name. */
	bool list = argc == 3 && !strcmp(argv[1], "options");
	const char *name = argc > 1 ? argv[list ? 2 : 1] : "";

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strcmp(name, commands[i].name) && !list) {
			return commands[i].main(argc - 1, argv + 1);
		}
		if (!strcmp(name, commands[i].name)) {
			args_list(commands[i].args);
			return STATUS_OK;
		}
	}
	die(STATUS_USAGE, "use ./vgic at the root of the project");
}
