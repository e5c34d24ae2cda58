/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The books: edges that were posted are pending, taken, or merged with one that
 * was pending; nothing else is.  They are made up while nobody is in guest
 * code, when words say exactly what is pending.
 */
#include <string.h>

#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "tests/fuzz/stream.h"

#define MOST_DRAINED 10000u

uint32_t tracked_intid(const struct machine *m, uint32_t n)
{
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV5) {
		return n < SPIS ? GICV5_SPI(n) : GICV5_LPI(n - SPIS);
	}
	return n < SPIS ? GIC_SPI_BASE + n : GIC_LPI_BASE + n - SPIS;
}

uint32_t tracked_number(const struct machine *m, uint32_t intid)
{
	for (uint32_t n = 0; n < NR_TRACKED; n++) {
		if (tracked_intid(m, n) == intid) {
			return n;
		}
	}
	return NR_TRACKED;
}

void account_taken(struct machine *m, uint32_t intid)
{
	uint32_t n = tracked_number(m, intid);

	if (n < NR_TRACKED) {
		books(m)->taken[n]++;
	}
}

void account_posted(struct machine *m, uint32_t intid)
{
	uint32_t n = tracked_number(m, intid);

	if (n < NR_TRACKED) {
		books(m)->posted[n]++;
	}
}

/* May a physical interrupt stand behind it? */
static bool is_mapped(const struct machine *m, uint32_t intid)
{
	for (uint32_t n = 0; n < NR_PHYS; n++) {
		if (phys_intid(m, n) == intid) {
			return true;
		}
	}
	return false;
}

/* It is there, and an edge: those of a GICv3's LPIs come as messages. */
static bool get_edge(const struct machine *m, uint32_t n, bool *pending)
{
	struct vgic_irq_info info;
	uint32_t intid = tracked_intid(m, n);

	*pending = false;
	if (is_mapped(m, intid) || vgic_get_irq_info(m->gic, 0, intid, &info)) {
		return false;
	}
	*pending = info.pending;
	return !info.level;
}

static void balance(struct machine *m, uint32_t n, bool pending)
{
	uint32_t before = books(m)->was_pending[n];
	bool message = vgic_arch_model(m->vgic.arch) == VGIC_GICV3 && n >= SPIS;

	if (books(m)->posted[n]) {
		MUST(books(m)->taken[n] + pending >= 1);
		MUST(books(m)->taken[n] + pending <=
		     before + books(m)->posted[n]);
	} else if (!message || !books(m)->messages) {
		MUST(books(m)->taken[n] + pending == before);
	}
}

/* Whose the messages of a GICv3's devices are, only its tables say. */
static void balance_messages(const struct machine *m, const bool *pending)
{
	uint32_t before = 0, after = 0;

	for (uint32_t n = SPIS; n < NR_TRACKED; n++) {
		before += books(m)->was_pending[n];
		after += books(m)->taken[n] + pending[n];
	}
	if (books(m)->messages) {
		MUST(after >= 1 && after >= before);
		MUST(after <= before + books(m)->messages);
	}
}

void account(struct machine *m)
{
	bool pending[NR_TRACKED];

	MUST(!vgic_check_invariants(m->gic) && !m->bugs);
	for (uint32_t n = 0; n < NR_TRACKED; n++) {
		if (get_edge(m, n, &pending[n]) && !books(m)->upset) {
			balance(m, n, pending[n]);
		}
	}
	if (!books(m)->upset) {
		balance_messages(m, pending);
	}
	memcpy(books(m)->was_pending, pending, sizeof(pending));
	memset(books(m)->taken, 0, sizeof(books(m)->taken));
	memset(books(m)->posted, 0, sizeof(books(m)->posted));
	books(m)->messages = 0;
	books(m)->upset = false;
}

/* Both vCPUs take all that they can. */
static void drain(struct machine *m)
{
	uint32_t idle = 0, v = 0;

	for (uint32_t i = 0; idle < VCPUS; i++) {
		struct vgic_stats before, after;
		uint32_t intid;

		MUST(i < MOST_DRAINED);
		vgic_get_stats(m->vcpu[v], &before);
		intid = acknowledge(m, v);
		stop(m, v);
		vgic_get_stats(m->vcpu[v], &after);
		if (memcmp(before.delivered, after.delivered,
			   sizeof(before.delivered))) {
			end(m, v, intid);
			idle = 0;
		} else {
			idle++;
			v = (v + 1) % VCPUS;
		}
		machine_serve_all(m);
	}
}

/* Some have an owner, whose word counts alone. */
static void lower_ppis(struct machine *m, uint32_t v)
{
	uint32_t first =
		vgic_arch_model(m->vgic.arch) == VGIC_GICV5 ? GICV5_PPI(0) : 16;
	uint32_t end = vgic_arch_model(m->vgic.arch) == VGIC_GICV5 ?
			       GICV5_PPI(128) :
			       GIC_SPI_BASE;

	for (uint32_t intid = first; intid < end; intid++) {
		(void)vgic_inject_irq(m->gic, v, intid, false, m);
		(void)vgic_inject_irq(m->gic, v, intid, false, m->ram);
	}
}

/* Devices let go, the host keeps nothing back, the CPUs start afresh. */
static void quiet(struct machine *m)
{
	books(m)->failing = 0;
	put_all(m);
	for (uint32_t n = 0; n < NR_PHYS; n++) {
		uint32_t v = m->phys[n].vcpu;

		m->phys[n].line = false;
		(void)vgic_unmap_irq(m->gic, v, phys_intid(m, n));
		m->phys[n].mapped = false;
		(void)vgic_set_irq_ops(m->gic, v, phys_intid(m, n), NULL, NULL);
	}
	for (uint32_t v = 0; v < VCPUS; v++) {
		vgic_vcpu_reset(m->vcpu[v], true);
		lower_ppis(m, v);
	}
	for (uint32_t n = 0; n < SPIS; n++) {
		uint32_t intid = tracked_intid(m, n);

		(void)vgic_set_owner(m->gic, 0, intid, NULL);
		MUST(!vgic_inject_irq(m->gic, 0, intid, false, NULL));
	}
}

/* Of interrupts that are enabled and routed nothing is left behind. */
static void check_none_pending(struct machine *m)
{
	struct vgic_irq_info info;

	leave_all(m);
	MUST(!vgic_check_invariants(m->gic));
	for (uint32_t n = 0; n < SPIS; n++) {
		MUST(!vgic_get_irq_info(m->gic, 0, tracked_intid(m, n), &info));
		MUST(!info.pending && !info.active);
	}
}

void account_drained(struct machine *m)
{
	quiet(m);
	guest_init(m);
	drain(m);
	check_none_pending(m);
	account(m);
	for (uint32_t n = 0; n < SPIS; n++) {
		uint32_t intid = tracked_intid(m, n);

		MUST(!vgic_inject_irq(m->gic, 0, intid, true, NULL));
		account_posted(m, intid);
		MUST(!vgic_inject_irq(m->gic, 0, intid, false, NULL));
	}
	drain(m);
	for (uint32_t n = 0; n < SPIS; n++) {
		MUST(books(m)->taken[n] == 1);
	}
	check_none_pending(m);
	account(m);
}
