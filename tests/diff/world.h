/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two worlds side by side: libvgic over modelled list registers, and the
 * oracle, a physical GIC.  The same guest accesses and device events go to
 * both, and whatever a guest reads must agree.
 */
#ifndef VGIC_TESTS_DIFF_WORLD_H
#define VGIC_TESTS_DIFF_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "regs/gicv3.h"
#include "regs/ich.h"
#include "tests/diff/backend.h"
#include "tests/oracle/oracle.h"

#define WORLD_MAX_VCPUS ORACLE_MAX_PES
#define WORLD_SPIS 32u
#define WORLD_END (GIC_SPI_BASE + WORLD_SPIS)
#define WORLD_STACK 64
#define WORLD_DROPPED 256
#define WORLD_GICD UINT64_C(0x08000000)
#define WORLD_GICC UINT64_C(0x08010000)
#define WORLD_GICR UINT64_C(0x080a0000)
#define WORLD_GICR_HIGH UINT64_C(0x4000000000)
/* One mapped PPI on each vCPU, a level and an edge SPI. */
#define WORLD_PHYS (WORLD_MAX_VCPUS + 2)
#define WORLD_MAPPED_PPI 27u
#define WORLD_MAPPED_LEVEL 32u
#define WORLD_MAPPED_EDGE 33u

/* What is fixed for a program. */
struct world_config {
	const struct backend *backend;
	uint8_t nr_lrs;
	uint8_t nr_vcpus;
	/* Preemption bits, 5 .. 7. */
	uint8_t pre_bits;
	/* How affinities are laid out: flat, in clusters, beyond Aff0 15. */
	uint8_t topology;
	/* Some interrupts are mapped to physical ones. */
	bool mapped;
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
	/* After each step everyone leaves the guest and all is compared. */
	bool lockstep;
	/* The guest does anything; only invariants are checked. */
	bool hostile;
};

/* A physical interrupt, as the host's GIC has it. */
struct world_phys {
	uint32_t pintid;
	uint32_t vcpu;
	uint32_t vintid;
	bool line;
	bool edge_pending;
	bool active;
};

/* An interrupt the guest acknowledged and has not ended. */
struct world_ack {
	uint32_t intid;
	/* Of a GICv2's SGI: the CPU that sent it. */
	uint32_t sender;
	uint8_t group;
	/* ICACTIVER deactivated it in between. */
	bool cleared;
};

/* An interrupt to be deactivated by ICC_DIR. */
struct world_drop {
	uint32_t pe;
	uint32_t intid;
	uint32_t sender;
	/* It became active by an acknowledge on `pe`. */
	bool acked;
};

struct world_stats {
	uint64_t acks, dirs, retries, eoicount, overflows, forced_exits;
	uint64_t compared;
};

struct world {
	struct world_config config;
	/* What the library's world is made of. */
	struct vgic_config vgic;
	struct model_vcpuif_config interface;
	struct vgic *gic;
	void *memory;
	size_t memory_size;
	struct vgic_vcpu *vcpu[WORLD_MAX_VCPUS];
	struct backend_cpu cpu[WORLD_MAX_VCPUS];
	uint32_t mpidr[WORLD_MAX_VCPUS];
	bool resident[WORLD_MAX_VCPUS];
	bool in_guest[WORLD_MAX_VCPUS];
	bool kicked[WORLD_MAX_VCPUS];
	/* Guest instructions that a maintenance interrupt is late by. */
	uint32_t late[WORLD_MAX_VCPUS];
	/* A maintenance interrupt is under way; values may be late too. */
	bool excused;

	struct oracle oracle;
	struct world_phys phys[WORLD_PHYS];
	uint32_t nr_phys;

	struct world_ack stack[WORLD_MAX_VCPUS][WORLD_STACK];
	uint32_t depth[WORLD_MAX_VCPUS];
	struct world_drop dropped[WORLD_DROPPED];
	uint32_t nr_dropped;

	/* Print each step's outcome. */
	bool trace;
	bool failed;
	/* What failed, as a constant, and in words. */
	const char *kind;
	char failure[256];
	struct world_stats stats;
};

/* world.c */

/* Aff3.Aff2.Aff1.Aff0 of a vCPU, or of one that is not there. */
uint32_t world_affinity(const struct world_config *config, uint32_t v);
/* Make both worlds; false: failed, and says why. */
bool world_init(struct world *w, const struct world_config *config);
void world_fini(struct world *w);
/* CPU interfaces, vGIC and vCPUs by w->vgic; mappings are to follow. */
bool world_create(struct world *w);
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
void world_load(struct world *w, uint32_t v);
void world_put(struct world *w, uint32_t v);
/* Put, and leave the registers to somebody else in between. */
void world_migrate(struct world *w, uint32_t v);
/* vCPU `v` executed a guest instruction. */
void world_step(struct world *w, uint32_t v);
/* vCPU `v` is about to execute one: note whether all is as it will be. */
void world_arrive(struct world *w, uint32_t v);
/* Honour kicks, maintenance and physical interrupts until none is left. */
void world_settle(struct world *w);
/* A CPU is switched off and on again, with its redistributor or without. */
void world_reset_cpu(struct world *w, uint32_t v, bool redistributor);
/* The whole system is. */
void world_reset(struct world *w);
/* When every vCPU is out: invariants. */
void world_check(struct world *w);
/* Everyone out; invariants, and the state of every interrupt. */
void world_compare(struct world *w);

/*
 * snapshot.c: the vGIC is saved, destroyed, and made again from the snapshot
 * on another back-end with so many list registers; 0: each vCPU by itself, in
 * place.
 */
void world_snapshot(struct world *w, uint8_t nr_lrs);

/* guest.c: one guest instruction on vCPU `v`, in both worlds. */

/* A register of the CPU interface: a GICv2's have other names, see gicc.c. */
void guest_read(struct world *w, uint32_t v, uint32_t enc);
void guest_write(struct world *w, uint32_t v, uint32_t enc, uint64_t value);
/* A trapped or untrapped access to libvgic's world alone. */
bool guest_raw(struct world *w, uint32_t v, uint32_t enc, bool write,
	       uint64_t *value);
/* The same of a GICv2's CPU interface. */
bool guest_gicc(struct world *w, uint32_t v, uint32_t offset, bool write,
		uint64_t *value);
/* gicc.c: a GICv2's registers for those of ICC_*. */
bool gicc_access(struct world *w, uint32_t v, uint32_t enc, bool write,
		 uint64_t *value);
void guest_iar(struct world *w, uint32_t v, unsigned int group);
void guest_hppir(struct world *w, uint32_t v, unsigned int group);
/* `v` was reset: what it had acknowledged is nobody's to end by EOI. */
void guest_forget(struct world *w, uint32_t v, bool privates);
/* Has `v` acknowledged what is not deactivated yet? */
bool guest_busy(const struct world *w, uint32_t v);
/* End the last acknowledged one. */
void guest_eoi(struct world *w, uint32_t v);
/* Deactivate one of those dropped, the n-th, from `v` if that may be. */
void guest_dir(struct world *w, uint32_t v, uint32_t n);
/* Where a frame stands; frame < 0: distributor. */
uint64_t guest_ipa(const struct world *w, int frame);
void guest_mmio(struct world *w, uint32_t v, int frame, uint32_t offset,
		unsigned int width, bool write, uint64_t value);
/*
 * Frames of a GICv2: it has one, where each CPU finds its own private
 * interrupts.  So a "redistributor" is the distributor, by that CPU.
 */
void gicc_frame(const struct world *w, uint32_t *v, int *frame,
		uint32_t *offset);
bool guest_raw_mmio(struct world *w, uint32_t v, uint64_t ipa,
		    unsigned int width, bool write, uint64_t *value);
/* WFI: is there something to wake up for? */
void guest_wfi(struct world *w, uint32_t v);
/* End everything, then take whatever is still pending: nothing got lost. */
void guest_drain(struct world *w);

static inline struct model_vcpuif *world_model(struct world *w, uint32_t v)
{
	return &w->cpu[v].model;
}

static inline bool world_maintenance(const struct world *w, uint32_t v)
{
	return backend_maintenance(w->config.backend, &w->cpu[v]);
}

/* device.c */

void device_init(struct world *w);
/* The vGIC is a new one: map all to it. */
void device_connect(struct world *w);
/* Drive a wire; for edges a pulse when `level`. */
void device_line(struct world *w, uint32_t v, uint32_t intid, bool level);
/* The physical interrupts that fire now; true when there was one. */
bool device_take(struct world *w);
void device_deactivate(void *ctx, uint32_t pintid);
void device_set_active(void *ctx, uint32_t pintid, bool active);
void device_set_pending(void *ctx, uint32_t pintid, bool pending);
bool device_level(void *opaque, uint32_t vcpu, uint32_t intid);
/* Is this a mapped level, whose pending state is known late? */
bool device_mapped_level(const struct world *w, uint32_t v, uint32_t intid);
struct world_phys *device_phys(struct world *w, uint32_t v, uint32_t intid);
/* No physical interrupt is stuck active without a virtual one. */
void device_check(struct world *w);

#endif
