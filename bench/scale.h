/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic bench --scale`: GICv3s from small to as large as they can be.  Does an
 * event cost the same in all of them?  And how long does an interrupt take when
 * several threads inject?
 */
#ifndef BENCH_SCALE_H
#define BENCH_SCALE_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/vgic.h>

#define SCALE_MAX_VCPUS 512u
#define SCALE_TIMER 27u
/* An LPI for each event of each device, as many for each. */
#define SCALE_MAX_LPIS VGIC_MAX_LPIS

struct scale_size {
	uint32_t vcpus, spis;
	uint32_t lpis, devices; /* both 0: no ITS */
};

/* The vGIC at hand, one at a time; its vCPUs are entered. */
struct scale {
	struct scale_size size;
	struct vgic *gic;
	struct vgic_vcpu *vcpus[SCALE_MAX_VCPUS];
};

extern struct scale scale;

/*
 * Make a vGIC of this size, in which everything is enabled and the last SPI and
 * all LPIs go to the last vCPU.  Its guests take and end at once what is in
 * their list registers.  `ops` has the kicks; `enter` is called with what a
 * guest gets (vgic_cpuif_ops.enter), and may be null.
 */
void scale_create(const struct scale_size *size,
		  const struct vgic_host_ops *ops,
		  void (*enter)(void *hw, struct vgic_ich_image *image));
void scale_destroy(void);

/* vgic_exit() and vgic_enter() of a vCPU. */
void scale_pass(uint32_t vcpu);

/* A guest's access, by a vCPU that is entered before and after it. */
void scale_mmio(uint32_t vcpu, uint64_t ipa, unsigned int width, bool write,
		uint64_t *value);
void scale_sysreg(uint32_t vcpu, uint32_t sysreg, uint64_t value);

/* The address of a redistributor; the distributor is at BENCH_DIST. */
uint64_t scale_redist(uint32_t vcpu);

/* Affinity of a vCPU, 16 in a cluster: an SGI can name no more. */
uint32_t scale_affinity(uint32_t vcpu);

/* Nanoseconds from an injection until the guest could take it. */
struct scale_latency {
	unsigned int injectors;
	double p50_ns, p99_ns, max_ns;
};

/* contend.c: so many threads inject, each an SPI of its own, into one vCPU. */
struct scale_latency scale_contend(unsigned int injectors);

/* Measure all that; print tables, or one JSON object. */
void bench_scale(bool json);

#endif
