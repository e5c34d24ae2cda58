/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a physical GICv2 does apart: SGIs and their senders, target lists, and
 * one register for the interrupts of both groups.  IHI 0048 4.3, 4.4.
 */
#include <stddef.h>

#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "tests/oracle/internal.h"

#define SGI_BYTES 16u

static uint8_t all_cpus(const struct oracle *o)
{
	return (uint8_t)((1u << o->nr_pes) - 1);
}

/*
 * Of several CPUs in the list any may be given it, one is.  The only CPU is
 * every interrupt's target.  1.4.3, 4.3.12
 */
enum oracle_answer oracle_v2_routed(const struct oracle *o, uint32_t pe,
				    const struct oracle_irq *irq)
{
	const uint64_t here = UINT64_C(1) << pe;

	if (o->nr_pes == 1) {
		return YES;
	}
	if (!(irq->route & here)) {
		return NO;
	}
	return irq->route == here ? YES : MAYBE;
}

/* Each CPU finds its own private interrupts at the same place. 4.1.4 */
static int frame_of(uint32_t pe, uint32_t *offset)
{
	const struct {
		uint32_t from, size; /* of the private ones */
	} rows[] = {
		{ GICD_IGROUPR, 4 },   { GICD_ISENABLER, 4 },
		{ GICD_ICENABLER, 4 }, { GICD_ISPENDR, 4 },
		{ GICD_ICPENDR, 4 },   { GICD_ISACTIVER, 4 },
		{ GICD_ICACTIVER, 4 }, { GICD_IPRIORITYR, 32 },
		{ GICD_ICFGR, 8 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (*offset - rows[i].from < rows[i].size) {
			*offset += GICR_SGI_BASE;
			return (int)pe;
		}
	}
	return -1;
}

/*
 * A single CPU's are RAZ/WI, which KVM's are not: a VMM saves them.  So ours
 * are not either.
 */
static uint8_t read_target(struct oracle *o, uint32_t pe, uint32_t intid)
{
	const struct oracle_irq *irq = oracle_irq(o, pe, intid);

	if (!irq) {
		return 0;
	}
	return intid < GIC_SPI_BASE ? (uint8_t)(1u << pe) : (uint8_t)irq->route;
}

static void write_target(struct oracle *o, uint32_t pe, uint32_t intid,
			 uint8_t list)
{
	struct oracle_irq *irq = oracle_irq(o, pe, intid);

	if (irq && intid >= GIC_SPI_BASE) {
		irq->route = list & all_cpus(o);
	}
}

/* 4.3.15 */
static void write_sgir(struct oracle *o, uint32_t pe, uint64_t value)
{
	const uint64_t sgi = FIELD_GET(GICD_SGIR_SGIINTID, value);
	const uint64_t filter = FIELD_GET(GICD_SGIR_TargetListFilter, value);
	const uint64_t list = FIELD_GET(GICD_SGIR_CPUTargetList, value);
	uint32_t to;

	for (to = 0; to < o->nr_pes; to++) {
		const bool listed = filter == GICD_SGIR_FILTER_LIST &&
				    (list >> to & 1);
		const bool other = filter == GICD_SGIR_FILTER_OTHERS &&
				   to != pe;
		const bool self = filter == GICD_SGIR_FILTER_SELF && to == pe;

		if (listed || other || self) {
			o->pe[to].irq[sgi].senders |= (uint8_t)(1u << pe);
		}
	}
}

/* One byte of a register that has bytes. */
static uint8_t read_byte(struct oracle *o, uint32_t pe, uint32_t offset)
{
	if (offset - GICD_ITARGETSR < 0x400) {
		return read_target(o, pe, offset - GICD_ITARGETSR);
	}
	if (offset - GICD_CPENDSGIR < SGI_BYTES) {
		return o->pe[pe].irq[offset - GICD_CPENDSGIR].senders;
	}
	return o->pe[pe].irq[offset - GICD_SPENDSGIR].senders;
}

static void write_byte(struct oracle *o, uint32_t pe, uint32_t offset,
		       uint8_t value)
{
	if (offset - GICD_ITARGETSR < 0x400) {
		write_target(o, pe, offset - GICD_ITARGETSR, value);
	} else if (offset - GICD_CPENDSGIR < SGI_BYTES) {
		o->pe[pe].irq[offset - GICD_CPENDSGIR].senders &=
			(uint8_t)~value;
	} else {
		o->pe[pe].irq[offset - GICD_SPENDSGIR].senders |= value &
								  all_cpus(o);
	}
}

static bool has_bytes(uint32_t offset, unsigned int width)
{
	return (width == 1 || width == 4) && offset % width == 0 &&
	       (offset - GICD_ITARGETSR < 0x400 ||
		offset - GICD_CPENDSGIR < 2 * SGI_BYTES);
}

uint64_t oracle_v2_read(struct oracle *o, uint32_t pe, uint32_t offset,
			unsigned int width)
{
	uint64_t value = 0;
	unsigned int i;
	int frame;

	if (has_bytes(offset, width)) {
		for (i = 0; i < width; i++) {
			value |= (uint64_t)read_byte(o, pe, offset + i)
				 << (8 * i);
		}
		return value;
	}
	if (offset == GICD_CTLR && width == 4) {
		return (o->enable_grp[0] ? GICD_CTLR_EnableGrp0 : 0) |
		       (o->enable_grp[1] ? GICD_CTLR_EnableGrp1 : 0);
	}
	frame = frame_of(pe, &offset);
	return offset < GICD_IROUTER || frame >= 0 ?
		       oracle_read(o, frame, offset, width) :
		       0;
}

void oracle_v2_write(struct oracle *o, uint32_t pe, uint32_t offset,
		     unsigned int width, uint64_t value)
{
	unsigned int i;
	int frame;

	if (has_bytes(offset, width)) {
		for (i = 0; i < width; i++) {
			write_byte(o, pe, offset + i,
				   (uint8_t)(value >> (8 * i)));
		}
		return;
	}
	if (offset == GICD_SGIR && width == 4) {
		write_sgir(o, pe, value);
		return;
	}
	/* Not for SGIs. 4.3.7, 4.3.8 */
	if (width == 4 && (offset == GICD_ISPENDR || offset == GICD_ICPENDR)) {
		value &= ~UINT64_C(0xffff);
	}
	frame = frame_of(pe, &offset);
	if (offset < GICD_IROUTER || frame >= 0) {
		oracle_write(o, frame, offset, width, value);
	}
}

/* GICC_AIAR takes Group 1, GICC_IAR Group 0 and, with AckCtl, both. 4.4.4 */
static bool takes(const struct oracle *o, uint32_t pe, bool alias,
		  const struct oracle_irq *irq)
{
	return irq->group1 ? alias || o->pe[pe].ackctl : !alias;
}

/*
 * May a read say that there is nothing, or that it is of the other group?
 * With `signalled` it has to be of sufficient priority besides.
 */
static bool may_say(struct oracle *o, uint32_t pe, bool alias, uint32_t value,
		    bool signalled)
{
	const unsigned int best = oracle_best_priority(o, pe);
	uint32_t intid;

	if (value == GIC_INTID_SPURIOUS && best > 0xff) {
		return true;
	}
	for (intid = 0; intid < GIC_SPI_BASE + o->nr_spis; intid++) {
		const struct oracle_irq *irq = oracle_irq(o, pe, intid);
		const bool taken = takes(o, pe, alias, irq);
		enum oracle_answer enough = YES;

		if (!oracle_may_be_hppi(o, pe, intid, best)) {
			continue;
		}
		if (signalled) {
			enough = oracle_sufficient(o, pe, irq);
		}
		if (value == GIC_INTID_SPURIOUS ?
			    enough != YES || (alias && !taken) :
			    enough != NO && !alias && !taken) {
			return true;
		}
	}
	return false;
}

static bool is_sender(const struct oracle_irq *irq, uint32_t value)
{
	return irq->senders >> FIELD_GET(GICC_CPUID, value) & 1;
}

const char *oracle_v2_ack(struct oracle *o, uint32_t pe, bool alias,
			  uint32_t value, bool late)
{
	const uint32_t intid = (uint32_t)FIELD_GET(GICC_INTID, value);
	const uint32_t sender = (uint32_t)FIELD_GET(GICC_CPUID, value);
	struct oracle_irq *irq = oracle_irq(o, pe, intid);
	const char *why;

	if (value == GIC_INTID_SPURIOUS || value == GICC_INTID_OTHER_GROUP) {
		return late || may_say(o, pe, alias, value, true) ?
			       NULL :
			       "not what is pending";
	}
	if (!irq || !takes(o, pe, alias, irq)) {
		return "no such interrupt, or not for this register";
	}
	if (intid < GIC_NR_SGIS ? !is_sender(irq, value) : sender != 0) {
		return "not from this CPU";
	}
	why = oracle_ack(o, pe, irq->group1, intid, late);
	if (!why && intid < GIC_NR_SGIS) {
		irq->senders &= (uint8_t) ~(1u << sender);
	}
	return why;
}

bool oracle_v2_hppir_legal(struct oracle *o, uint32_t pe, bool alias,
			   uint32_t value)
{
	const uint32_t intid = (uint32_t)FIELD_GET(GICC_INTID, value);
	const struct oracle_irq *irq = oracle_irq(o, pe, intid);

	if (value == GIC_INTID_SPURIOUS || value == GICC_INTID_OTHER_GROUP) {
		return may_say(o, pe, alias, value, false);
	}
	return irq && takes(o, pe, alias, irq) &&
	       (intid >= GIC_NR_SGIS || is_sender(irq, value)) &&
	       oracle_may_be_hppi(o, pe, intid, oracle_best_priority(o, pe));
}
