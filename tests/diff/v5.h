/* SPDX-License-Identifier: BSD-2-Clause */
/* What a GICv5's two worlds have of their own. */
#ifndef VGIC_TESTS_DIFF_V5_H
#define VGIC_TESTS_DIFF_V5_H

#include <stdbool.h>
#include <stdint.h>

#include "regs/gicv5.h"
#include "soft/vcpuif.h"
#include "tests/oracle/v5.h"

#define V5_MAX_IRS 2u
#define V5_IRS UINT64_C(0x08010000)
#define V5_IRS_STRIDE UINT64_C(0x20000)
#define V5_RAM UINT64_C(0x40000000)
#define V5_RAM_SIZE 0x40000u
/* Where the guest puts its IST: L1 or linear table, and L2 tables. */
#define V5_IST (V5_RAM + 0x10000)
#define V5_L2 (V5_RAM + 0x20000)
#define V5_TIMER 27u
/* A Level SPI that a host's interrupt stands behind. */
#define V5_PASSED 5u
#define V5_ACKS 32u

struct draw;
struct guest_mmio;
struct program;
struct world;
struct world_config;
struct world_phys;

struct v5_world {
	struct oracle5 oracle;
	/* The last ones acknowledged on each vCPU: what there is to end. */
	uint32_t acked[ORACLE5_MAX_PES][V5_ACKS];
	uint32_t nr_acked[ORACLE5_MAX_PES];
	/* Guest RAM: libvgic's, and the oracle's. */
	uint8_t ram[2][V5_RAM_SIZE];
};

/* PPIs of these worlds. */
extern const uint64_t v5_level[2];
/* IAFFID of a vCPU. */
uint16_t v5_iaffid(uint32_t v);

/* v5_guest.c: see struct arch, too. */

enum model_access v5_execute(struct world *w, uint32_t v, uint32_t enc,
			     bool write, uint64_t *value);
uint64_t v5_ipa(const struct world *w, int frame);
bool v5_mmio(const struct world *w, struct guest_mmio *m);
uint64_t v5_mmio_write(struct world *w, const struct guest_mmio *m,
		       uint64_t value);
uint64_t v5_mmio_read(struct world *w, const struct guest_mmio *m,
		      uint64_t *value);
void v5_ack(struct world *w, uint32_t v);
void v5_hppir(struct world *w, uint32_t v);
/* End the n-th of those acknowledged, counted from the last. */
void v5_end(struct world *w, uint32_t v, uint32_t n);
/* A store to RAM. */
void v5_store(struct world *w, uint64_t ipa, uint64_t value);

/* v5_drain.c: a program's end. */

void v5_open(struct world *w);
bool v5_serve(struct world *w, uint32_t v);
void v5_check_left(struct world *w);

/* v5_make.c and v5_kinds.c: programs. */

void v5_draw_config(struct draw *d);
void v5_draw_profile(struct draw *d);
void v5_set_up(struct draw *d);
void v5_set_up_cpu(struct draw *d, uint8_t v);
/* An operand of a GIC instruction. */
uint64_t v5_operand(struct draw *d, uint32_t enc);

/* v5_device.c */

/* The guest's driver says of which kind the mapped SPI's line is. */
void v5_configure(struct world *w);
/* Drive the wire of an SPI or PPI. */
void v5_line(struct world *w, uint32_t v, uint32_t intid, bool level);
/* The host takes a physical interrupt; false: it is masked. */
bool v5_take(struct world *w, struct world_phys *phys);
void v5_message(struct world *w, uint32_t id);
/* Is this the mapped SPI, whose pending state is known late? */
bool v5_is_passed(const struct world *w, uint32_t intid);

#endif
