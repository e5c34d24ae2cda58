/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the library costs on this host.  The CPU interface is plain memory, so
 * that only the library is measured.
 */
#ifndef BENCH_HOST_H
#define BENCH_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include <vgic/backend.h>
#include <vgic/host.h>

/* Measure a GICv3, a GICv5; print a table, or one JSON object. */
void bench_v3(bool json);
void bench_v5(bool json);

/* Does not return. */
_Noreturn void bench_die(const char *what);

/* A clock, and the one in the middle of `n` values, which it sorts. */
double bench_now_ns(void);
double bench_median(double *values, unsigned int n);

/* An array of the JSON object; the table's head and a row. */
void bench_array(const char *name, const double *values, unsigned int n);
void bench_head(const unsigned int *counts, unsigned int n);
void bench_row(const char *label, const double *values, unsigned int n);

/* An embedder whose kicks reach nobody, and whose guest's RAM is zeros. */
extern const struct vgic_host_ops bench_host;

/* List registers that are plain memory, with a guest that takes nothing. */
extern const struct vgic_cpuif_ops bench_cpuif;

/* Saving and restoring 8 vCPUs with so many interrupts active. */
struct bench_snapshot {
	double save_us, restore_us;
	size_t bytes;
};

void bench_snapshot(unsigned int active, struct bench_snapshot *result);

#endif
