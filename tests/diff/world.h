/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two worlds side by side: libvgic over modelled CPU interfaces, and the
 * oracle, a physical GIC.  The same guest accesses and device events go to
 * both, and whatever a guest reads must agree.  Here is what every
 * architecture has; what one of them has is in v3.h and v5.h.
 */
#ifndef VGIC_TESTS_DIFF_WORLD_H
#define VGIC_TESTS_DIFF_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "tests/diff/v3.h"
#include "tests/diff/v5.h"
#include "tests/machine/backend.h"

#define WORLD_MAX_VCPUS 8u
#define WORLD_SPIS 32u
/* One mapped PPI on each vCPU, and two SPIs. */
#define WORLD_PHYS (WORLD_MAX_VCPUS + 2)

/* What is fixed for a program. */
struct world_config {
	const struct backend *backend;
	uint8_t nr_vcpus;
	/* Some interrupts are mapped to physical ones. */
	bool mapped;
	/* After each step everyone leaves the guest and all is compared. */
	bool lockstep;
	/* The guest does anything; only invariants are checked. */
	bool hostile;

	/* Of a GICv3 or GICv2. */
	uint8_t nr_lrs;
	/* Preemption bits, 5 .. 7. */
	uint8_t pre_bits;
	/* How affinities are laid out: flat, in clusters, beyond Aff0 15. */
	uint8_t topology;
	/* Deactivation of mapped ones by hardware. */
	bool hw_deactivation;
	/* Without TDIR: ICC_DIR_EL1 traps by TC, while it has to. */
	bool no_tdir;
	/* Mapped levels are sampled rather than lowered by the host. */
	bool sampled;
	/* The model deactivates only on an exact match; see vcpuif.h. */
	bool strict_eoi;
	/* The model counts EOIs in both modes, and those of nothing. */
	bool count_all_eoi;

	/* Of a GICv5. */
	uint8_t nr_irs;
	uint8_t lpi_id_bits;
};

/* A physical interrupt, as the host's GIC has it. */
struct world_phys {
	uint32_t pintid;
	uint32_t vcpu;
	uint32_t vintid;
	/* The library asks for its level. */
	bool sampled;
	bool line;
	bool edge_pending;
	bool active;
};

/* What main() says of a run: names are in program.c. */
enum world_stat {
	STAT_COMPARED,
	STAT_ACKS,
	STAT_PPIS,
	STAT_SPIS,
	STAT_LPIS,
	STAT_OVERFLOWS,
	STAT_EOICOUNT,
	STAT_DIRS,
	STAT_RETRIES,
	STAT_WAKES,
	STAT_EXITS,
	STAT_ENTERED,
	STAT_USUAL,
	NR_STATS,
};

struct world {
	struct world_config config;
	const struct arch *arch;
	/* What the library's world is made of. */
	struct vgic_config vgic;
	struct vgic *gic;
	void *memory;
	size_t memory_size;
	struct vgic_vcpu *vcpu[WORLD_MAX_VCPUS];
	struct backend_cpu cpu[WORLD_MAX_VCPUS];
	/* What vgic_vcpu_create() is told: MPIDR or IAFFID. */
	uint32_t affinity[WORLD_MAX_VCPUS];
	bool resident[WORLD_MAX_VCPUS];
	bool in_guest[WORLD_MAX_VCPUS];
	bool kicked[WORLD_MAX_VCPUS];
	/* Guest instructions that a maintenance interrupt is late by. */
	uint32_t late[WORLD_MAX_VCPUS];
	/* A maintenance interrupt is under way; values may be late too. */
	bool excused;

	struct world_phys phys[WORLD_PHYS];
	uint32_t nr_phys;

	/* Print each step's outcome. */
	bool trace;
	bool failed;
	/* What failed, as a constant, and in words. */
	const char *kind;
	char failure[256];
	/* stays_entered() draws from it. */
	uint32_t draws;
	uint64_t stats[NR_STATS];

	/* The last one: a world is as long as its architecture's part. */
	union {
		struct v3_world v3;
		struct v5_world v5;
	};
};

/* world.c */

/* Make both worlds; false: failed, and says why. */
bool world_init(struct world *w, const struct world_config *config);
void world_fini(struct world *w);
/* CPU interfaces, vGIC, vCPUs and mappings once more. */
bool world_create(struct world *w);
/* Guest memory, which a GICv5's worlds have: libvgic's 0, the oracle's 1. */
int world_copy(struct world *w, unsigned int side, uint64_t ipa, void *to,
	       const void *from, size_t len);
/* The first failure is the one that is told. */
void world_fail(struct world *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * The two worlds differ: a failure unless the guest is hostile, or what was
 * compared was not settled.
 */
#define world_differ(w, ...) \
	do { \
		if (!(w)->config.hostile && !(w)->excused) { \
			world_fail((w), __VA_ARGS__); \
		} \
	} while (0)
/* vCPU `v` is in guest code, with nothing that calls it out. */
void world_enter(struct world *w, uint32_t v);
/* vCPU `v` is out of guest code. */
void world_exit(struct world *w, uint32_t v);
/* It has left its CPU; with `wfi`, to sleep. */
void world_put(struct world *w, uint32_t v, bool wfi);
/* Put, and leave the registers to somebody else in between. */
void world_migrate(struct world *w, uint32_t v);
/* vCPU `v` executed a guest instruction. */
void world_step(struct world *w, uint32_t v);
/* vCPU `v` is about to execute one: note whether all is as it will be. */
void world_arrive(struct world *w, uint32_t v);
/* Honour kicks, maintenance and physical interrupts until none is left. */
void world_settle(struct world *w);
/* A CPU is switched off and on again, with its interrupts or without. */
void world_reset_cpu(struct world *w, uint32_t v, bool interrupts);
/* The whole system is. */
void world_reset(struct world *w);
/* vCPU `v` is in guest code: is its signal what it has to be? */
void world_signal(struct world *w, uint32_t v);
/* When every vCPU is out: invariants. */
void world_check(struct world *w);
/* Everyone out; invariants, and the state of every interrupt. */
void world_compare(struct world *w);

/*
 * Is what a vCPU traps for, or is interrupted for, done without an exit?  At
 * times.
 */
static inline bool stays_entered(struct world *w)
{
	w->draws = w->draws * UINT32_C(1664525) + 1;
	return !(w->draws >> 31);
}

static inline bool world_maintenance(const struct world *w, uint32_t v)
{
	return backend_maintenance(w->config.backend, &w->cpu[v]);
}

/*
 * snapshot.c: the vGIC is saved, destroyed, and made again from the snapshot,
 * on another back-end or the `same`, with so many list registers; 0: each
 * vCPU by itself, in place.
 */
void world_snapshot(struct world *w, uint8_t nr_lrs, bool same);

/* guest.c: one guest instruction on vCPU `v`. */

/* An access to a frame: the IRS's, GICR's or GICD's (-1) number, an offset. */
struct guest_mmio {
	uint32_t v;
	int frame;
	uint32_t offset;
	unsigned int width;
	uint64_t ipa;
};

/* In libvgic's world alone; false: UNDEFINED, or an external abort. */
bool guest_raw(struct world *w, uint32_t v, uint32_t enc, bool write,
	       uint64_t *value);
bool guest_raw_mmio(struct world *w, uint32_t v, uint64_t ipa,
		    unsigned int width, bool write, uint64_t *value);
/* What guest_raw_mmio() does once vCPU `v` has trapped. */
bool guest_trapped_mmio(struct world *w, uint32_t v, uint64_t ipa,
			unsigned int width, bool write, uint64_t *value);

/* In both worlds. */
void guest_read(struct world *w, uint32_t v, uint32_t enc);
void guest_write(struct world *w, uint32_t v, uint32_t enc, uint64_t value);
void guest_mmio(struct world *w, uint32_t v, int frame, uint32_t offset,
		unsigned int width, bool write, uint64_t value);
/* WFI: is there something to wake up for? */
void guest_wfi(struct world *w, uint32_t v);
/* End everything, then take whatever is still pending: nothing got lost. */
void guest_drain(struct world *w);

/* The guest read `value`: counted, and printed in a trace. */
void guest_saw(struct world *w, uint64_t value);

/* device.c: devices and the host's own GIC. */

/* There is a physical interrupt behind this one. */
void device_add(struct world *w, uint32_t v, uint32_t vintid, bool sampled);
/* The vGIC is a new one: map all to it. */
void device_connect(struct world *w);
struct world_phys *device_phys(struct world *w, uint32_t v, uint32_t vintid);
/* By its name on the host; null: a failure. */
struct world_phys *device_by_pintid(struct world *w, uint32_t pintid);
/* A device that is not mapped, or a host that took what is. */
void device_inject(struct world *w, uint32_t v, uint32_t intid, bool level);
/* The physical interrupts that fire now; true when there was one. */
bool device_take(struct world *w);
/* No physical interrupt is stuck active without a virtual one. */
void device_check(struct world *w);
/* The library's calls. */
void device_set_active(void *ctx, uint32_t pintid, bool active);
void device_set_pending(void *ctx, uint32_t pintid, bool pending);

#endif
