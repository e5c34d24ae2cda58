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
	if (argc >= 2 && !strcmp(argv[1], "run")) {
		return run_main(argc - 1, argv + 1);
	}
	if (argc >= 2 && !strcmp(argv[1], "bench")) {
		return bench_main(argc - 1, argv + 1);
	}
	die(STATUS_USAGE, "use ./vgic at the root of the project");
}
