/* SPDX-License-Identifier: BSD-2-Clause */
/* The instructions of a GICv5 guest that are like no other's. */
#include <inttypes.h>
#include <string.h>

#include "tests/diff/op.h"

static bool is_command(uint32_t enc)
{
	return enc >= GIC_CDDIS && enc <= GIC_CDHM && enc != GIC_CDEOI;
}

/*
 * On a PE with FEAT_GCIE the guest is on its own, but for what the hypervisor
 * has trapped.  The IRS is libvgic's all the same: an instruction that
 * changes an SPI or LPI takes effect when the vCPU next passes through it.
 */
enum model_access v5_execute(struct world *w, uint32_t v, uint32_t enc,
			     bool write, uint64_t *value)
{
	const enum model_access access = backend_access(
		w->config.backend, &w->cpu[v], enc, write, value);

	if (access != MODEL_TRAP && write && is_command(enc)) {
		world_exit(w, v);
	}
	return access;
}

/* Both of them show the best candidate; what it is may be open. */
static bool best(struct world *w, uint32_t v, uint32_t enc, uint64_t *got)
{
	if (!guest_raw(w, v, enc, false, got)) {
		world_differ(w, "vcpu %u: read of %x refused", v, enc);
		return false;
	}
	guest_saw(w, *got);
	if (!w->config.hostile && !oracle5_may_ack(&w->v5.oracle, v, *got)) {
		world_fail(w,
			   "vcpu %u: vgic gives %#" PRIx64 ", which cannot be",
			   v, *got);
	}
	return !w->failed;
}

void v5_hppir(struct world *w, uint32_t v)
{
	uint64_t got = 0;

	(void)best(w, v, ICC_HPPIR_EL1, &got);
}

static void remember(struct world *w, uint32_t v, uint32_t intid)
{
	uint32_t *nr = &w->v5.nr_acked[v];

	if (*nr == V5_ACKS) {
		(*nr)--;
		memmove(&w->v5.acked[v][0], &w->v5.acked[v][1],
			*nr * sizeof(w->v5.acked[v][0]));
	}
	w->v5.acked[v][(*nr)++] = intid;
}

void v5_ack(struct world *w, uint32_t v)
{
	static const enum world_stat stats[4] = {
		[GICV5_INTID_TYPE_PPI] = STAT_PPIS,
		[GICV5_INTID_TYPE_SPI] = STAT_SPIS,
		[GICV5_INTID_TYPE_LPI] = STAT_LPIS,
	};
	uint64_t got = 0;

	if (!best(w, v, GICR_CDIA, &got) || !got) {
		return;
	}
	w->stats[stats[FIELD_GET(GICV5_INTID_TYPE, got) & 3]]++;
	remember(w, v, (uint32_t)got);
	if (!w->config.hostile) {
		oracle5_ack(&w->v5.oracle, v, got);
	}
}

/* Linux first drops the priority, FreeBSD first deactivates. */
void v5_end(struct world *w, uint32_t v, uint32_t n)
{
	uint32_t *nr = &w->v5.nr_acked[v];
	uint32_t at, intid;

	if (*nr == 0) {
		return;
	}
	at = *nr - 1 - n % *nr;
	intid = w->v5.acked[v][at];
	(*nr)--;
	memmove(&w->v5.acked[v][at], &w->v5.acked[v][at + 1],
		(*nr - at) * sizeof(w->v5.acked[v][0]));
	if (v & 1) {
		guest_write(w, v, GIC_CDDI, GICR_CDIA_VALID | intid);
		guest_write(w, v, GIC_CDEOI, 0);
	} else {
		guest_write(w, v, GIC_CDEOI, 0);
		guest_write(w, v, GIC_CDDI, GICR_CDIA_VALID | intid);
	}
}

uint64_t v5_ipa(const struct world *w, int frame)
{
	(void)w;
	return V5_IRS + (uint32_t)frame * V5_IRS_STRIDE;
}

bool v5_mmio(const struct world *w, struct guest_mmio *m)
{
	m->frame %= w->config.nr_irs;
	m->ipa = v5_ipa(w, m->frame) + m->offset;
	return true;
}

uint64_t v5_mmio_write(struct world *w, const struct guest_mmio *m,
		       uint64_t value)
{
	if (m->width < 8) {
		value &= (UINT64_C(1) << 8 * m->width) - 1;
	}
	if (m->offset == IRS_FRAME_SIZE + IRS_SETLPIR) {
		oracle5_setlpi(&w->v5.oracle, (uint32_t)value);
	} else {
		oracle5_irs_write(&w->v5.oracle, (uint32_t)m->frame, m->offset,
				  m->width, value);
	}
	return value;
}

uint64_t v5_mmio_read(struct world *w, const struct guest_mmio *m,
		      uint64_t *value)
{
	*value = oracle5_irs_read(&w->v5.oracle, (uint32_t)m->frame, m->offset,
				  m->width);
	return UINT64_MAX;
}

void v5_store(struct world *w, uint64_t ipa, uint64_t value)
{
	const uint64_t offset = (ipa - V5_RAM) % V5_RAM_SIZE & ~7u;
	unsigned int n, i;

	for (n = 0; n < 2; n++) {
		for (i = 0; i < 8; i++) {
			w->v5.ram[n][offset + i] = (uint8_t)(value >> 8 * i);
		}
	}
}
