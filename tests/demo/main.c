/* SPDX-License-Identifier: BSD-2-Clause */
/* demo-model CPUS LIST-REGISTERS: the demo's transcript, from the model. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/demo/machine.h"

int main(int argc, char **argv)
{
	struct machine_config config = { 0 };
	unsigned int violations;

	if (argc == 3) {
		config.nr_cpus = (unsigned int)strtoul(argv[1], NULL, 10);
		config.nr_lrs = (unsigned int)strtoul(argv[2], NULL, 10);
	}
	if (argc != 3 || !machine_init(&config)) {
		fprintf(stderr, "usage: %s CPUS LIST-REGISTERS\n", argv[0]);
		return 2;
	}
	violations = machine_run();
	if (violations != 0) {
		fprintf(stderr, "%u broken invariants\n", violations);
	}
	return violations != 0;
}
