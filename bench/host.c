/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/host.h"
#include "bench/scale.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void bench_die(const char *what)
{
	fprintf(stderr, "vgic-bench: %s\n", what);
	exit(1);
}

double bench_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(double *values, unsigned int n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

void bench_array(const char *name, const double *values, unsigned int n)
{
	printf("\"%s\": [", name);
	for (unsigned int i = 0; i < n; i++) {
		printf("%s%.1f", i ? ", " : "", values[i]);
	}
	printf("]");
}

void bench_head(const unsigned int *counts, unsigned int n)
{
	printf("%-24s", "pending");
	for (unsigned int i = 0; i < n; i++) {
		printf("%10u", counts[i]);
	}
	putchar('\n');
}

void bench_row(const char *label, const double *values, unsigned int n)
{
	printf("%-24s", label);
	for (unsigned int i = 0; i < n; i++) {
		printf("%10.1f", values[i]);
	}
	putchar('\n');
}

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

static void set_active(void *ctx, uint32_t pintid, bool active)
{
	(void)ctx;
	(void)pintid;
	(void)active;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	(void)ctx;
	(void)ipa;
	memset(buf, 0, len);
	return 0;
}

const struct vgic_host_ops bench_host = {
	.kick = kick,
	.phys_set_active = set_active,
	.read_guest = read_guest,
};

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "gic", required_argument, NULL, 'g' },
		{ "scale", no_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	void (*measure)(bool json) = bench_v3;
	bool json = false;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'j') {
			json = true;
		} else if (c == 'g' && !strcmp(optarg, "v3")) {
			measure = bench_v3;
		} else if (c == 'g' && !strcmp(optarg, "v5")) {
			measure = bench_v5;
		} else if (c == 's') {
			measure = bench_scale;
		} else if (c == 'h') {
			puts("usage: vgic-bench-host [--gic v3|v5 | --scale] "
			     "[--json]");
			return 0;
		} else {
			fputs("vgic-bench: --gic takes v3 or v5\n", stderr);
			return 2;
		}
	}
	measure(json);
	return 0;
}
