/* SPDX-License-Identifier: BSD-2-Clause */
/* What a GICv3's or GICv2's two worlds have of their own. */
#ifndef VGIC_TESTS_DIFF_V3_H
#define VGIC_TESTS_DIFF_V3_H

#include <stdbool.h>
#include <stdint.h>

#include "regs/gicv3.h"
#include "soft/vcpuif.h"
#include "tests/oracle/oracle.h"

#define V3_END (GIC_SPI_BASE + WORLD_SPIS)
#define V3_STACK 64
#define V3_DROPPED 256
#define V3_GICD UINT64_C(0x08000000)
#define V3_GICC UINT64_C(0x08010000)
#define V3_GICR UINT64_C(0x080a0000)
#define V3_GICR_HIGH UINT64_C(0x4000000000)
/* One mapped PPI on each vCPU, a level and an edge SPI. */
#define V3_MAPPED_PPI 27u
#define V3_MAPPED_LEVEL 32u
#define V3_MAPPED_EDGE 33u

struct draw;
struct guest_mmio;
struct op;
struct program;
struct world;
struct world_config;
struct world_phys;

/* An interrupt the guest acknowledged and has not ended. */
struct v3_acked {
	uint32_t intid;
	/* Of a GICv2's SGI: the CPU that sent it. */
	uint32_t sender;
	uint8_t group;
	/* ICACTIVER deactivated it in between. */
	bool cleared;
};

/* An interrupt to be deactivated by ICC_DIR. */
struct v3_dropped {
	uint32_t pe;
	uint32_t intid;
	uint32_t sender;
	/* It became active by an acknowledge on `pe`. */
	bool acked;
};

struct v3_world {
	struct model_vcpuif_config interface;
	struct oracle oracle;
	struct v3_acked stack[ORACLE_MAX_PES][V3_STACK];
	uint32_t depth[ORACLE_MAX_PES];
	struct v3_dropped dropped[V3_DROPPED];
	uint32_t nr_dropped;
};

/* Aff3.Aff2.Aff1.Aff0 of a vCPU, or of one that is not there. */
uint32_t v3_affinity(const struct world_config *config, uint32_t v);

/* v3_guest.c */

/* A register of the CPU interface: a GICv2's have other names. */
bool v3_access(struct world *w, uint32_t v, uint32_t enc, bool write,
	       uint64_t *value);
/* In libvgic's world alone, a GICv2's by its offset. */
bool v3_raw_gicc(struct world *w, uint32_t v, uint32_t offset, bool write,
		 uint64_t *value);
void v3_ack(struct world *w, uint32_t v, unsigned int group);
void v3_hppir(struct world *w, uint32_t v, unsigned int group);
/* `v` was reset: what it had acknowledged is nobody's to end by EOI. */
void v3_forget(struct world *w, uint32_t v, bool privates);
/* Has `v` acknowledged what is not deactivated yet? */
bool v3_busy(const struct world *w, uint32_t v);
/* End the last acknowledged one. */
void v3_eoi(struct world *w, uint32_t v);
/* Deactivate one of those dropped, the n-th, from `v` if that may be. */
void v3_dir(struct world *w, uint32_t v, uint32_t n);
/* Where a frame stands; frame < 0: distributor. */
uint64_t v3_ipa(const struct world *w, int frame);

/* It is active, to be deactivated by v3_dir(); or no longer. */
void v3_drop(struct world *w, uint32_t v, const struct v3_acked *ack,
	     bool acked);
void v3_undrop(struct world *w, uint32_t pe, uint32_t intid);
uint64_t v3_oracle_read(struct world *w, uint32_t v, uint32_t enc,
			uint64_t *value);
void v3_oracle_write(struct world *w, uint32_t v, uint32_t enc, uint64_t value);

/* v3_mmio.c: accesses to frames, see struct arch. */
bool v3_mmio(const struct world *w, struct guest_mmio *m);
uint64_t v3_mmio_write(struct world *w, const struct guest_mmio *m,
		       uint64_t value);
uint64_t v3_mmio_read(struct world *w, const struct guest_mmio *m,
		      uint64_t *value);

/* v3_gicc.c */

/* A GICv2's registers for those of ICC_*. */
bool v3_gicc(struct world *w, uint32_t v, uint32_t enc, bool write,
	     uint64_t *value);
/*
 * Frames of a GICv2: it has one, where each CPU finds its own private
 * interrupts.  So a "redistributor" is the distributor, by that CPU.
 */
void v3_gicc_frame(uint32_t *v, int *frame, uint32_t *offset);

/* v3_drain.c: a program's end. */
void v3_open(struct world *w);
bool v3_serve(struct world *w, uint32_t v);
void v3_check_left(struct world *w);

/* v3_make.c: programs. */
void v3_draw_config(struct draw *d);
void v3_draw_profile(struct draw *d);
void v3_set_up(struct draw *d);
void v3_set_up_cpu(struct draw *d, uint8_t v);
bool v3_detour(struct draw *d, uint32_t length);
/* A store to GICD_IROUTER of `intid`: to vCPU `v`. */
void v3_route(const struct program *p, uint32_t v, uint32_t intid,
	      struct op *op);
/* The same: to a vCPU, nobody, or any. */
void v3_draw_route(struct draw *d, uint32_t intid, struct op *op);

/* v3_device.c */

/* Drive a wire; for edges a pulse when `level`. */
void v3_line(struct world *w, uint32_t v, uint32_t intid, bool level);
/* Hardware ends the physical interrupt with the virtual one. */
void v3_deactivate(void *ctx, uint32_t pintid);
/* The host takes a physical interrupt. */
bool v3_take(struct world *w, struct world_phys *phys);
/* Is this a mapped level, whose pending state is known late? */
bool v3_mapped_level(const struct world *w, uint32_t v, uint32_t intid);

#endif
