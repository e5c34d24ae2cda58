/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What guests do to distributor and redistributors besides handling their
 * interrupts.  On interrupts that are accounted for: whatever leaves their
 * pending and active state alone.  On hostile ones: anything.
 */
#include "tests/stress/v3.h"

#include "regs/gicv2.h"
#include "regs/gicv3.h"

/* SPIs that are accounted for: those below HOSTILE. */
#define NR_OWN (HOSTILE - EDGES)
#define OWN_WORD (EDGES / 8)
#define HOSTILE_WORD (HOSTILE / 8)

static void dist(struct cpu *c, uint32_t offset, uint32_t value)
{
	cpu_mmio(c, DIST + offset, 4, true, value);
}

static uint32_t some_bit(struct cpu *c)
{
	return 1u << draw(&c->rng, 32);
}

static uint32_t some_bits(struct cpu *c)
{
	return draw(&c->rng, 0x10000) | draw(&c->rng, 0x10000) << 16;
}

static void disable(struct cpu *c)
{
	dist(c, GICD_ICENABLER + OWN_WORD, some_bit(c));
}

static void enable(struct cpu *c)
{
	dist(c, GICD_ISENABLER + OWN_WORD, some_bits(c));
}

static uint32_t some_own(struct cpu *c)
{
	return EDGES + draw(&c->rng, NR_OWN);
}

static void prioritize(struct cpu *c)
{
	cpu_mmio(c, DIST + GICD_IPRIORITYR + some_own(c), 1, true,
		 draw(&c->rng, 0xf0));
}

static void regroup(struct cpu *c)
{
	dist(c, GICD_IGROUPR + OWN_WORD, some_bits(c) | some_bits(c));
}

/* One vCPU, or one of those that take part. */
static void route_v3(struct cpu *c)
{
	uint64_t route = draw(&c->rng, 4) ? draw(&c->rng, NR_CPUS) :
					    GICD_IROUTER_IRM;

	cpu_mmio(c, DIST + GICD_IROUTER + 8 * some_own(c), 8, true, route);
}

static void route_v2(struct cpu *c)
{
	cpu_mmio(c, DIST + GICD_ITARGETSR + some_own(c), 1, true,
		 draw(&c->rng, 1u << NR_CPUS));
}

/* Exact reads, for which holders are asked to leave the guest. */
static void look(struct cpu *c)
{
	static const uint32_t arrays[] = {
		GICD_ISPENDR,	GICD_ICPENDR,	GICD_ISACTIVER,
		GICD_ICACTIVER, GICD_ISENABLER, GICD_IGROUPR,
	};
	uint32_t array = arrays[draw(&c->rng, 6)];

	cpu_mmio(c, DIST + array + 4 * draw(&c->rng, 3), 4, false, 0);
}

/* Both groups, mostly. */
static void gate_dist(struct cpu *c)
{
	dist(c, GICD_CTLR,
	     (draw(&c->rng, 4) ? 3 : draw(&c->rng, 4)) |
		     (vm.gicv2 ? 0 : GICD_CTLR_ARE));
}

static void attack(struct cpu *c)
{
	static const uint32_t arrays[] = {
		GICD_ISENABLER, GICD_ICENABLER, GICD_ISPENDR, GICD_ICPENDR,
		GICD_ISACTIVER, GICD_ICACTIVER, GICD_IGROUPR,
	};

	dist(c, arrays[draw(&c->rng, 7)] + HOSTILE_WORD, some_bits(c));
}

static void attack_config(struct cpu *c)
{
	dist(c, GICD_ICFGR + HOSTILE / 4, some_bits(c) & 0xaaaaaaaa);
}

static void attack_route(struct cpu *c)
{
	uint32_t intid = HOSTILE + draw(&c->rng, NR_HOSTILE);

	if (vm.gicv2) {
		cpu_mmio(c, DIST + GICD_ITARGETSR + intid, 1, true,
			 draw(&c->rng, 0x100));
	} else {
		cpu_mmio(c, DIST + GICD_IROUTER + 8 * intid, 8, true,
			 draw(&c->rng, NR_CPUS + 1));
	}
	cpu_mmio(c, DIST + GICD_IPRIORITYR + intid, 1, true,
		 draw(&c->rng, 0x100));
}

/* The guest injects, too, as the thread of a device in the VMM does. */
static void attack_line(struct cpu *c)
{
	uint32_t intid = HOSTILE + draw(&c->rng, NR_HOSTILE);

	cpu_leave(c);
	must(!vgic_inject_irq(vm.gic, 0, intid, draw(&c->rng, 2), NULL));
	cpu_enter(c);
}

static void mask(struct cpu *c)
{
	uint32_t value = draw(&c->rng, 4) ? 0xff : draw(&c->rng, 0x100);

	if (vm.gicv2) {
		v2_gicc(c, GICC_PMR, true, value);
	} else {
		v3_icc(c, ICC_PMR_EL1, true, value);
	}
}

static void gate_cpuif(struct cpu *c)
{
	v3_icc(c, draw(&c->rng, 2) ? ICC_IGRPEN0_EL1 : ICC_IGRPEN1_EL1, true,
	       draw(&c->rng, 4) != 0);
}

/* The number belongs to one sender, see source_add(). */
static void send_v3(struct cpu *c)
{
	uint32_t intid = c->index + NR_CPUS * draw(&c->rng, NR_SGIS / NR_CPUS);
	uint32_t target = draw(&c->rng, NR_CPUS);
	struct source *s = source_find(target, intid, 0);
	uint64_t number;

	if (!source_ready(s)) {
		return;
	}
	number = source_begin(s);
	v3_icc(c, ICC_SGI1R_EL1, true,
	       FIELD_PUT(ICC_SGIR_INTID, intid) | 1u << target);
	source_finish(s, number, true);
}

static void send_to_all_v3(struct cpu *c)
{
	uint32_t intid = c->index + NR_CPUS * draw(&c->rng, NR_SGIS / NR_CPUS);
	uint64_t number[NR_CPUS];
	bool ready = true;

	for (uint32_t v = 0; v < NR_CPUS; v++) {
		ready &= source_ready(source_find(v, intid, 0));
	}
	for (uint32_t v = 0; ready && v < NR_CPUS; v++) {
		if (v != c->index) {
			number[v] = source_begin(source_find(v, intid, 0));
		}
	}
	if (!ready) {
		return;
	}
	v3_icc(c, ICC_SGI1R_EL1, true,
	       FIELD_PUT(ICC_SGIR_INTID, intid) |
		       FIELD_PUT(ICC_SGIR_IRM, UINT64_C(1)));
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		if (v != c->index) {
			source_finish(source_find(v, intid, 0), number[v],
				      true);
		}
	}
}

static void send_v2(struct cpu *c)
{
	uint32_t intid = draw(&c->rng, NR_SGIS_V2);
	uint32_t target = draw(&c->rng, NR_CPUS);
	struct source *s = source_find(target, intid, c->index);
	uint64_t number;

	if (!source_ready(s)) {
		return;
	}
	number = source_begin(s);
	dist(c, GICD_SGIR,
	     FIELD_PUT(GICD_SGIR_CPUTargetList, 1u << target) | intid);
	source_finish(s, number, true);
}

/* Registers of somebody else's SGIs and PPIs. */
static void meddle(struct cpu *c)
{
	uint64_t frame = v3_frame(draw(&c->rng, NR_CPUS)) + GICR_SGI_BASE;
	uint32_t own = 0xffu | 3u << PPI_EDGE | 1u << PPI_LEVEL;
	uint32_t bits = some_bit(c);

	switch (draw(&c->rng, 4)) {
	case 0:
		cpu_mmio(c, frame + GICD_ICENABLER, 4, true, bits);
		break;
	case 1:
		cpu_mmio(c, frame + GICD_IPRIORITYR + draw(&c->rng, 32), 1,
			 true, draw(&c->rng, 0xf0));
		break;
	case 2:
		cpu_mmio(c,
			 frame + (draw(&c->rng, 2) ? GICD_ISPENDR :
						     GICD_ICPENDR),
			 4, true, bits & ~own);
		break;
	default:
		cpu_mmio(c, frame + GICD_ISPENDR, 4, false, 0);
		break;
	}
	cpu_mmio(c, frame + GICD_ISENABLER, 4, true, own);
}

static void meddle_v2(struct cpu *c)
{
	cpu_mmio(c, DIST + GICD_ICENABLER, 4, true, some_bit(c));
	cpu_mmio(c, DIST + GICD_ISENABLER, 4, true, ~0u);
}

/* Whether a vCPU takes part in 1 of N. */
static void take_part(struct cpu *c)
{
	uint64_t frame = v3_frame(draw(&c->rng, NR_CPUS));
	uint64_t ctlr = cpu_mmio(c, frame + GICR_CTLR, 4, false, 0);

	cpu_mmio(c, frame + GICR_CTLR, 4, true,
		 (ctlr & GICR_CTLR_EnableLPIs) |
			 draw(&c->rng, 4) * (uint64_t)GICR_CTLR_DPG0);
	if (draw(&c->rng, 4) == 0) {
		cpu_mmio(c, frame + GICR_WAKER, 4, true,
			 GICR_WAKER_ProcessorSleep);
		cpu_mmio(c, frame + GICR_WAKER, 4, true, 0);
	}
}

/* clang-format off */
const struct act v3_acts[] = {
	{ 4, disable }, { 8, enable }, { 4, prioritize }, { 2, regroup },
	{ 6, route_v3 }, { 4, look }, { 2, gate_dist }, { 6, attack },
	{ 2, attack_config }, { 4, attack_route }, { 4, attack_line },
	{ 4, mask }, { 4, gate_cpuif }, { 8, send_v3 }, { 2, send_to_all_v3 },
	{ 4, meddle }, { 2, take_part }, { 6, cpu_take_left }, { 0, NULL },
};
/* clang-format on */

const struct act v2_acts[] = {
	{ 4, disable },	     { 8, enable },	 { 4, prioritize },
	{ 2, regroup },	     { 6, route_v2 },	 { 4, look },
	{ 2, gate_dist },    { 6, attack },	 { 2, attack_config },
	{ 4, attack_route }, { 4, attack_line }, { 4, mask },
	{ 10, send_v2 },     { 4, meddle_v2 },	 { 6, cpu_take_left },
	{ 0, NULL },
};

void v3_act(struct cpu *c)
{
	cpu_act(c, v3_acts);
}
