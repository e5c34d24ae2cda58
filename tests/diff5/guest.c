/* SPDX-License-Identifier: BSD-2-Clause */
/* One guest instruction at a time, in both worlds. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/diff5/world.h"

#define MANY_ROUNDS 20000

/*
 * Half of the time libvgic may answer while the vCPU stays entered, which it
 * can where the CPU interface is software's.
 */
static enum vgic_trap trap_entered(struct world *w, uint32_t v, uint32_t enc,
				   bool write, uint64_t *value)
{
	enum vgic_trap result;

	w->draws = w->draws * UINT32_C(1664525) + 1;
	if (w->draws >> 31) {
		return VGIC_TRAP_NOT_MINE;
	}
	result = vgic_trap_sysreg_entered(w->vcpu[v], enc, write, value);
	if (w->config.backend->hard && result != VGIC_TRAP_NOT_MINE) {
		world_fail(w, "vcpu %u: access %x while entered", v, enc);
	}
	w->stats.entered += result == VGIC_TRAP_DONE;
	return result;
}

/* The vCPU has trapped, libvgic answers, the vCPU goes on. */
static bool trap(struct world *w, uint32_t v, uint32_t enc, bool write,
		 uint64_t *value)
{
	uint64_t given = *value;
	enum vgic_trap result = trap_entered(w, v, enc, write, value);

	if (result != VGIC_TRAP_NOT_MINE && result != VGIC_TRAP_RETRY) {
		world_settle(w);
		return result == VGIC_TRAP_DONE;
	}
	do {
		*value = given;
		world_exit(w, v);
		result = vgic_trap_sysreg(w->vcpu[v], enc, write, value);
		world_enter(w, v);
	} while (result == VGIC_TRAP_RETRY);
	return result == VGIC_TRAP_DONE;
}

static bool is_command(uint32_t enc)
{
	return enc >= GIC_CDDIS && enc <= GIC_CDHM && enc != GIC_CDEOI;
}

/*
 * On a PE with FEAT_GCIE the guest is on its own, but for what the hypervisor
 * has trapped.  The IRS is libvgic's all the same: an instruction that
 * changes an SPI or LPI takes effect when the vCPU next passes through it.
 */
static bool untrapped(struct world *w, uint32_t v, uint32_t enc, bool write,
		      uint64_t *value)
{
	const enum model_access access =
		write ? vgic_soft_v5_write(&w->model[v], enc, *value) :
			vgic_soft_v5_read(&w->model[v], enc, value);

	if (access == MODEL_TRAP) {
		return trap(w, v, enc, write, value);
	}
	if (write && is_command(enc)) {
		world_exit(w, v);
	}
	world_enter(w, v);
	return access == MODEL_DONE;
}

bool guest_raw(struct world *w, uint32_t v, uint32_t enc, bool write,
	       uint64_t *value)
{
	world_enter(w, v);
	return w->config.backend->hard ? untrapped(w, v, enc, write, value) :
					 trap(w, v, enc, write, value);
}

void guest_read(struct world *w, uint32_t v, uint32_t enc)
{
	uint64_t ours = 0, theirs = 0;

	if (!guest_raw(w, v, enc, false, &ours)) {
		world_differ(w, "vcpu %u: read of %x refused", v, enc);
		return;
	}
	oracle5_read(&w->oracle, v, enc, &theirs);
	w->stats.compared++;
	if (w->trace) {
		printf("\t= %#" PRIx64 "\n", ours);
	}
	if (ours != theirs) {
		world_differ(
			w, "vcpu %u: vgic reads %#" PRIx64 ", oracle %#" PRIx64,
			v, ours, theirs);
	}
}

void guest_write(struct world *w, uint32_t v, uint32_t enc, uint64_t value)
{
	if (!guest_raw(w, v, enc, true, &value)) {
		world_differ(w, "vcpu %u: write of %x refused", v, enc);
	}
	oracle5_write(&w->oracle, v, enc, value);
}

/* Both of them show the best candidate; what it is may be open. */
static bool best(struct world *w, uint32_t v, uint32_t enc, uint64_t *got)
{
	if (!guest_raw(w, v, enc, false, got)) {
		world_differ(w, "vcpu %u: read of %x refused", v, enc);
		return false;
	}
	w->stats.compared++;
	if (w->trace) {
		printf("\t= %#" PRIx64 "\n", *got);
	}
	if (!w->config.hostile && !oracle5_may_ack(&w->oracle, v, *got)) {
		world_fail(w,
			   "vcpu %u: vgic gives %#" PRIx64 ", which cannot be",
			   v, *got);
	}
	return !w->failed;
}

void guest_hppir(struct world *w, uint32_t v)
{
	uint64_t got = 0;

	(void)best(w, v, ICC_HPPIR_EL1, &got);
}

static void remember(struct world *w, uint32_t v, uint32_t intid)
{
	uint32_t *nr = &w->nr_acked[v];

	if (*nr == WORLD_ACKS) {
		(*nr)--;
		memmove(&w->acked[v][0], &w->acked[v][1],
			*nr * sizeof(w->acked[v][0]));
	}
	w->acked[v][(*nr)++] = intid;
}

void guest_ack(struct world *w, uint32_t v)
{
	uint64_t got = 0;

	if (!best(w, v, GICR_CDIA, &got) || !got) {
		return;
	}
	w->stats.acks[FIELD_GET(GICV5_INTID_TYPE, got) & 3]++;
	remember(w, v, (uint32_t)got);
	if (!w->config.hostile) {
		oracle5_ack(&w->oracle, v, got);
	}
}

/* Linux first drops the priority, FreeBSD first deactivates. */
void guest_end(struct world *w, uint32_t v, uint32_t n)
{
	uint32_t *nr = &w->nr_acked[v];
	uint32_t at, intid;

	if (*nr == 0) {
		return;
	}
	at = *nr - 1 - n % *nr;
	intid = w->acked[v][at];
	(*nr)--;
	memmove(&w->acked[v][at], &w->acked[v][at + 1],
		(*nr - at) * sizeof(w->acked[v][0]));
	if (v & 1) {
		guest_write(w, v, GIC_CDDI, GICR_CDIA_VALID | intid);
		guest_write(w, v, GIC_CDEOI, 0);
	} else {
		guest_write(w, v, GIC_CDEOI, 0);
		guest_write(w, v, GIC_CDDI, GICR_CDIA_VALID | intid);
	}
}

bool guest_raw_mmio(struct world *w, uint32_t v, uint64_t ipa,
		    unsigned int width, bool write, uint64_t *value)
{
	enum vgic_trap result;
	uint64_t given = *value;

	do {
		*value = given;
		world_enter(w, v);
		world_exit(w, v);
		result = vgic_trap_mmio(w->vcpu[v], ipa, width, write, value);
		world_enter(w, v);
	} while (result == VGIC_TRAP_RETRY);
	return result == VGIC_TRAP_DONE;
}

static uint64_t irs_ipa(const struct world *w, uint32_t irs, uint32_t offset)
{
	return WORLD_IRS + irs % w->config.nr_irs * WORLD_IRS_STRIDE + offset;
}

void guest_irs_read(struct world *w, uint32_t v, uint32_t irs, uint32_t offset,
		    unsigned int width)
{
	uint64_t ours = 0, theirs;

	if (!guest_raw_mmio(w, v, irs_ipa(w, irs, offset), width, false,
			    &ours)) {
		world_differ(w, "vcpu %u: load from the IRS refused", v);
	}
	theirs = oracle5_irs_read(&w->oracle, irs % w->config.nr_irs, offset,
				  width);
	w->stats.compared++;
	if (w->trace) {
		printf("\t= %#" PRIx64 "\n", ours);
	}
	if (ours != theirs) {
		world_differ(
			w, "vcpu %u: vgic reads %#" PRIx64 ", oracle %#" PRIx64,
			v, ours, theirs);
	}
}

void guest_irs_write(struct world *w, uint32_t v, uint32_t irs, uint32_t offset,
		     unsigned int width, uint64_t value)
{
	if (width < 8) {
		value &= (UINT64_C(1) << 8 * width) - 1;
	}
	oracle5_irs_write(&w->oracle, irs % w->config.nr_irs, offset, width,
			  value);
	if (!guest_raw_mmio(w, v, irs_ipa(w, irs, offset), width, true,
			    &value)) {
		world_differ(w, "vcpu %u: store to the IRS refused", v);
	}
}

void guest_setlpi(struct world *w, uint32_t v, uint32_t irs, uint32_t id)
{
	uint64_t value = id;

	oracle5_setlpi(&w->oracle, id);
	if (!guest_raw_mmio(w, v, irs_ipa(w, irs, IRS_FRAME_SIZE + IRS_SETLPIR),
			    4, true, &value)) {
		world_differ(w, "vcpu %u: store to IRS_SETLPIR refused", v);
	}
}

void guest_store(struct world *w, uint64_t ipa, uint64_t value)
{
	const uint64_t offset = (ipa - WORLD_RAM) % WORLD_RAM_SIZE & ~7u;
	unsigned int n, i;

	for (n = 0; n < 2; n++) {
		for (i = 0; i < 8; i++) {
			w->ram[n][offset + i] = (uint8_t)(value >> 8 * i);
		}
	}
}

void guest_wfi(struct world *w, uint32_t v)
{
	bool ours;

	world_enter(w, v);
	world_exit(w, v);
	ours = vgic_pending(w->vcpu[v]);
	w->stats.compared++;
	w->stats.wakes += ours;
	if (ours && !oracle5_can_signal(&w->oracle, v)) {
		world_differ(w, "vcpu %u: wakes for nothing", v);
	} else if (!ours && oracle5_must_signal(&w->oracle, v)) {
		world_differ(w, "vcpu %u: sleeps on", v);
	}
	world_settle(w);
	if (!ours) {
		world_put(w, v, true);
	}
}

/* Let everything through to everyone. */
static void open_all(struct world *w)
{
	uint32_t v, n;

	for (n = 0; n < w->config.nr_irs; n++) {
		guest_irs_write(w, 0, n, IRS_CR0, 4, IRS_CR0_IRSEN);
	}
	for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
		for (n = 0; n < w->config.nr_irs; n++) {
			guest_irs_write(w, v, n, IRS_PE_SELR, 4,
					world_iaffid(v));
			guest_irs_write(w, v, n, IRS_PE_CR0, 4, 0);
		}
		guest_write(w, v, ICC_APR_EL1, 0);
		guest_write(w, v, ICC_PPI_CACTIVER0_EL1, UINT64_MAX);
		guest_write(w, v, ICC_PPI_CACTIVER1_EL1, UINT64_MAX);
		guest_write(w, v, ICC_PCR_EL1, 31);
		guest_write(w, v, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	}
}

static void deactivate_all(struct world *w)
{
	uint32_t n;

	for (n = 0; n < oracle5_nr_irqs(&w->oracle) && !w->failed; n++) {
		const uint32_t intid = oracle5_intid(&w->oracle, n);
		const struct oracle5_irq *irq = oracle5_irq(&w->oracle, intid);

		if (irq && irq->active) {
			guest_write(w, 0, GIC_CDDI, intid);
		}
	}
}

/* A driver: take it, quiet its source, end it. */
static bool serve(struct world *w, uint32_t v)
{
	uint32_t intid, id;

	w->nr_acked[v] = 0;
	guest_ack(w, v);
	if (w->failed || w->nr_acked[v] == 0) {
		return false;
	}
	intid = w->acked[v][0];
	id = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid);
	if (device_is_passed(w, intid)) {
		device_spi(w, id, false);
	} else if (FIELD_GET(GICV5_INTID_TYPE, intid) != GICV5_INTID_TYPE_PPI) {
		guest_write(w, v, GIC_CDPEND, intid);
	} else if (device_is_level(id)) {
		device_ppi(w, v, id, false);
	}
	guest_end(w, v, 0);
	return !w->failed;
}

/* Nobody is bound to take a one-of-N interrupt, but somebody has to. */
static void check_left(struct world *w)
{
	uint32_t n;

	for (n = 0; n < oracle5_nr_irqs(&w->oracle); n++) {
		const uint32_t intid = oracle5_intid(&w->oracle, n);
		const struct oracle5_irq *irq = oracle5_irq(&w->oracle, intid);

		if (irq && irq->irm && irq->enabled && irq->pending) {
			world_fail(w, "one-of-N interrupt %x was never taken",
				   intid);
		}
	}
}

void guest_drain(struct world *w)
{
	unsigned int rounds = 0;
	bool busy = !w->failed;
	uint32_t v;

	if (busy) {
		open_all(w);
		deactivate_all(w);
	}
	while (busy && !w->failed) {
		busy = false;
		for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
			busy |= serve(w, v);
		}
		if (++rounds > MANY_ROUNDS) {
			world_fail(w, "interrupts without end");
		}
	}
	if (!w->failed) {
		check_left(w);
		world_compare(w);
	}
}
