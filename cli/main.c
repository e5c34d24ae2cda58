/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compiled half of ./vgic: what it does once everything is set up and
 * built.  --help and the set-up are the script's.
 */
#include <string.h>

#include "run.h"
#include "say.h"

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*main)(int argc, char **argv);
	} commands[] = {
		{ "run", run_main },
		{ "bench", bench_main },
		{ "matrix", matrix_main },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (argc >= 2 && !strcmp(argv[1], commands[i].name)) {
			return commands[i].main(argc - 1, argv + 1);
		}
	}
	die(STATUS_USAGE, "use ./vgic at the root of the project");
}
