/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgic-model-cell-GUEST CPUS EXPECTED [soft|unmasked|LRS]: the demo of a guest,
 * on the model of a machine with a GICv5, or of one with a GICv3 and so many
 * list registers.  What it says is to be what EXPECTED has.  unmasked: the host
 * does not mask what is injected directly.
 */
#define _XOPEN_SOURCE 700

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/demo/machine.h"

/* Plenty for a list register CPU interface of FEAT_GCIE_LEGACY. */
#define NR_LRS 4
#define MAX_LINE 1024
/* It takes less than one. */
#define LIMIT_S 60

static FILE *expected;
static char line[MAX_LINE];
static size_t length;
static unsigned int number, differences;

static void compare_line(void)
{
	char want[MAX_LINE] = "";

	number++;
	if (!fgets(want, sizeof(want), expected)) {
		strcpy(want, "the end");
	}
	want[strcspn(want, "\n")] = '\0';
	if (strcmp(line, want) && !differences++) {
		fprintf(stderr, "line %u: it says '%s', and not '%s'\n", number,
			line, want);
	}
}

static void take(char c)
{
	if (c == '\n' || length == sizeof(line) - 1) {
		line[length] = '\0';
		compare_line();
		length = 0;
	} else {
		line[length++] = c;
	}
}

/* An interrupt that does not come lets the guest wait for ever. */
static void on_alarm(int sig)
{
	static const char text[] = "it does not end\n";
	ssize_t written = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)sig;
	_exit(written < 0 ? 2 : 1);
}

static bool parse(int argc, char **argv, struct machine_config *config)
{
	const char *how = argc == 4 ? argv[3] : "";
	char *end;

	if (argc < 3 || argc > 4) {
		return false;
	}
	config->nr_cpus = (unsigned int)strtoul(argv[1], &end, 10);
	config->soft = !strcmp(how, "soft");
	config->unmasked = !strcmp(how, "unmasked");
	if (argc == 3 || *end || config->soft || config->unmasked) {
		return !*end;
	}
	config->gicv5 = false;
	config->nr_lrs = (unsigned int)strtoul(how, &end, 10);
	return *how && !*end;
}

int main(int argc, char **argv)
{
	struct machine_config config = { .nr_lrs = NR_LRS, .gicv5 = true };
	unsigned int violations;

	if (!parse(argc, argv, &config) || !machine_init(&config)) {
		fprintf(stderr, "usage: %s CPUS EXPECTED [soft|unmasked|LRS]\n",
			argv[0]);
		return 2;
	}
	expected = fopen(argv[2], "r");
	if (!expected) {
		perror(argv[2]);
		return 2;
	}
	machine.console = take;
	signal(SIGALRM, on_alarm);
	alarm(LIMIT_S);
	violations = machine_run();
	if (fgetc(expected) != EOF && !differences++) {
		fprintf(stderr, "line %u: it ends too early\n", number + 1);
	}
	fclose(expected);
	printf("%u lines, %u of them wrong; %u broken invariants\n", number,
	       differences, violations);
	return differences || violations;
}
