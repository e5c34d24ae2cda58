/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the library costs on this host.
 */
#ifndef BENCH_HOST_H
#define BENCH_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include <vgic/backend.h>
#include <vgic/host.h>
#include <vgic/vgic.h>

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

/*
 * vm.c: a GICv3 with four list registers, which are plain memory, so that
 * nothing but the library is measured.  The first guest takes nothing; the
 * second one takes and ends all that is in its list registers.
 */
extern const struct vgic_cpuif_ops bench_cpuif, bench_cpuif_ends_all;

#define BENCH_DIST UINT64_C(0x08000000)

/* With bench_cpuif, bench_host and no ITS; what else is wanted is changed. */
struct vgic_config bench_config(uint32_t vcpus, uint32_t spis);

/*
 * Make the vGIC, with its distributor at BENCH_DIST and all redistributors from
 * `redist` on, but without vCPUs.  The caller frees *memory.  Dies on an error.
 */
struct vgic *bench_create(const struct vgic_config *config, uint64_t redist,
			  void **memory);

/* Saving and restoring 8 vCPUs with so many interrupts active. */
struct bench_snapshot {
	double save_us, restore_us;
	size_t bytes;
};

void bench_snapshot(unsigned int active, struct bench_snapshot *result);

#endif
