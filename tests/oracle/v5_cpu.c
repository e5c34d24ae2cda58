/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU interface of a physical GICv5 PE, one rule at a time. */
#include "tests/oracle/v5.h"

#include "regs/gicv5.h"

#define NO_PRIORITY 32u

static bool ppi_exists(const struct oracle5 *o, uint32_t ppi)
{
	return ppi < ORACLE5_NR_PPIS &&
	       (o->config.ppi_implemented[ppi / 64] >> ppi % 64 & 1);
}

static bool ppi_is_level(const struct oracle5 *o, uint32_t ppi)
{
	return o->config.ppi_level[ppi / 64] >> ppi % 64 & 1;
}

/* The running priority is the highest active one. */
static uint32_t running_priority(const struct oracle5_pe *pe)
{
	uint32_t n;

	for (n = 0; n < 32; n++) {
		if (pe->apr[n]) {
			return n;
		}
	}
	return ORACLE5_IDLE;
}

/* Equal to the mask is enough, equal to the running priority is not. */
static bool sufficient(const struct oracle5_pe *pe, uint32_t priority)
{
	return pe->en && priority <= pe->pcr && priority < running_priority(pe);
}

static bool ppi_candidate(const struct oracle5 *o, uint32_t pe, uint32_t ppi)
{
	const struct oracle5_ppi *p = &o->pe[pe].ppi[ppi];

	return ppi_exists(o, ppi) && p->pending && p->enabled && !p->active;
}

/* Priority of the best interrupt that must be a candidate of this PE. */
static uint32_t best_certain(const struct oracle5 *o, uint32_t pe)
{
	uint32_t best = NO_PRIORITY, n;

	for (n = 0; n < ORACLE5_NR_PPIS; n++) {
		if (ppi_candidate(o, pe, n) &&
		    o->pe[pe].ppi[n].priority < best) {
			best = o->pe[pe].ppi[n].priority;
		}
	}
	for (n = 0; n < oracle5_nr_irqs(o); n++) {
		const uint32_t intid = oracle5_intid(o, n);
		const struct oracle5_irq *irq =
			oracle5_irq((struct oracle5 *)o, intid);

		if (oracle5_must_forward(o, pe, intid) &&
		    irq->priority < best) {
			best = irq->priority;
		}
	}
	return best;
}

bool oracle5_must_signal(const struct oracle5 *o, uint32_t pe)
{
	return sufficient(&o->pe[pe], best_certain(o, pe));
}

bool oracle5_can_signal(const struct oracle5 *o, uint32_t pe)
{
	uint32_t n;

	for (n = 0; n < oracle5_nr_irqs(o); n++) {
		const uint32_t intid = oracle5_intid(o, n);
		const struct oracle5_irq *irq =
			oracle5_irq((struct oracle5 *)o, intid);

		if (oracle5_may_forward(o, pe, intid) &&
		    sufficient(&o->pe[pe], irq->priority)) {
			return true;
		}
	}
	return oracle5_must_signal(o, pe);
}

bool oracle5_may_ack(const struct oracle5 *o, uint32_t pe, uint64_t value)
{
	const uint32_t best = best_certain(o, pe);
	const uint32_t id = (uint32_t)FIELD_GET(GICV5_INTID_ID, value);
	uint32_t priority;

	if (!value) {
		return !sufficient(&o->pe[pe], best);
	}
	if ((value & ~(uint64_t)GICV5_INTID_MASK) != GICR_CDIA_VALID) {
		return false;
	}
	if (FIELD_GET(GICV5_INTID_TYPE, value) == GICV5_INTID_TYPE_PPI) {
		if (!ppi_exists(o, id) || !ppi_candidate(o, pe, id)) {
			return false;
		}
		priority = o->pe[pe].ppi[id].priority;
	} else {
		if (!oracle5_may_forward(o, pe, (uint32_t)value)) {
			return false;
		}
		priority = oracle5_irq((struct oracle5 *)o, (uint32_t)value)
				   ->priority;
	}
	return priority <= best && sufficient(&o->pe[pe], priority);
}

void oracle5_ack(struct oracle5 *o, uint32_t pe, uint64_t value)
{
	const uint32_t id = (uint32_t)FIELD_GET(GICV5_INTID_ID, value);
	struct oracle5_ppi *p;

	if (!value) {
		return;
	}
	if (FIELD_GET(GICV5_INTID_TYPE, value) != GICV5_INTID_TYPE_PPI) {
		o->pe[pe].apr[oracle5_irq(o, (uint32_t)value)->priority] = true;
		oracle5_irq_ack(o, (uint32_t)value);
		return;
	}
	p = &o->pe[pe].ppi[id];
	o->pe[pe].apr[p->priority] = true;
	p->active = true;
	if (!ppi_is_level(o, id)) {
		p->pending = false;
	}
}

void oracle5_ppi_wire(struct oracle5 *o, uint32_t pe, uint32_t ppi, bool level)
{
	struct oracle5_ppi *p = &o->pe[pe].ppi[ppi];

	if (!ppi_exists(o, ppi)) {
		return;
	}
	if (ppi_is_level(o, ppi)) {
		p->pending = level;
	} else if (level) {
		p->pending = true;
	}
}

static void cdeoi(struct oracle5 *o, uint32_t pe, uint32_t enc, uint64_t value)
{
	const uint32_t running = running_priority(&o->pe[pe]);

	(void)enc;
	(void)value;
	if (running != ORACLE5_IDLE) {
		o->pe[pe].apr[running] = false;
	}
}

static void cddi(struct oracle5 *o, uint32_t pe, uint32_t enc, uint64_t value)
{
	const uint32_t id = (uint32_t)FIELD_GET(GICV5_INTID_ID, value);

	if (FIELD_GET(GICV5_INTID_TYPE, value) != GICV5_INTID_TYPE_PPI) {
		oracle5_command(o, enc, value);
	} else if (ppi_exists(o, id)) {
		o->pe[pe].ppi[id].active = false;
	}
}

static void command(struct oracle5 *o, uint32_t pe, uint32_t enc,
		    uint64_t value)
{
	(void)pe;
	oracle5_command(o, enc, value);
}

static void cdrcfg(struct oracle5 *o, uint32_t pe, uint32_t enc, uint64_t value)
{
	(void)enc;
	o->pe[pe].icsr = oracle5_rcfg(o, (uint32_t)value);
}

static void gsb(struct oracle5 *o, uint32_t pe, uint32_t enc, uint64_t value)
{
	(void)o;
	(void)pe;
	(void)enc;
	(void)value;
}

/* Registers with one bit for each PPI: PPI 64 * (enc & 1) + bit. */
enum ppi_field { PENDING, ACTIVE, ENABLED };

static bool *ppi_field(struct oracle5 *o, uint32_t pe, uint32_t ppi,
		       enum ppi_field field)
{
	struct oracle5_ppi *p = &o->pe[pe].ppi[ppi];

	switch (field) {
	case PENDING:
		return &p->pending;
	case ACTIVE:
		return &p->active;
	default:
		return &p->enabled;
	}
}

static uint64_t get_bits(struct oracle5 *o, uint32_t pe, uint32_t enc,
			 enum ppi_field field)
{
	uint64_t value = 0;
	uint32_t n;

	for (n = 0; n < 64; n++) {
		const uint32_t ppi = (enc & 1) * 64 + n;

		if (ppi_exists(o, ppi) && *ppi_field(o, pe, ppi, field)) {
			value |= UINT64_C(1) << n;
		}
	}
	return value;
}

/* Give the PPIs whose bit in `which` is set the value `to`. */
static void set_bits(struct oracle5 *o, uint32_t pe, uint32_t enc,
		     enum ppi_field field, uint64_t which, bool to)
{
	uint32_t n;

	for (n = 0; n < 64; n++) {
		const uint32_t ppi = (enc & 1) * 64 + n;

		/* A Level PPI is pending by its wire and nothing else. */
		if ((which >> n & 1) && ppi_exists(o, ppi) &&
		    !(field == PENDING && ppi_is_level(o, ppi))) {
			*ppi_field(o, pe, ppi, field) = to;
		}
	}
}

static uint64_t enabler_read(struct oracle5 *o, uint32_t pe, uint32_t enc)
{
	return get_bits(o, pe, enc, ENABLED);
}

static void enabler_write(struct oracle5 *o, uint32_t pe, uint32_t enc,
			  uint64_t value)
{
	set_bits(o, pe, enc, ENABLED, value, true);
	set_bits(o, pe, enc, ENABLED, ~value, false);
}

static uint64_t activer_read(struct oracle5 *o, uint32_t pe, uint32_t enc)
{
	return get_bits(o, pe, enc, ACTIVE);
}

static void sactiver_write(struct oracle5 *o, uint32_t pe, uint32_t enc,
			   uint64_t value)
{
	set_bits(o, pe, enc, ACTIVE, value, true);
}

static void cactiver_write(struct oracle5 *o, uint32_t pe, uint32_t enc,
			   uint64_t value)
{
	set_bits(o, pe, enc, ACTIVE, value, false);
}

static uint64_t pendr_read(struct oracle5 *o, uint32_t pe, uint32_t enc)
{
	return get_bits(o, pe, enc, PENDING);
}

static void spendr_write(struct oracle5 *o, uint32_t pe, uint32_t enc,
			 uint64_t value)
{
	set_bits(o, pe, enc, PENDING, value, true);
}

static void cpendr_write(struct oracle5 *o, uint32_t pe, uint32_t enc,
			 uint64_t value)
{
	set_bits(o, pe, enc, PENDING, value, false);
}

static uint64_t priorityr_read(struct oracle5 *o, uint32_t pe, uint32_t enc)
{
	uint64_t value = 0;
	uint32_t n;

	for (n = 0; n < 8; n++) {
		const uint32_t ppi = (enc & 15) * 8 + n;

		value |= (uint64_t)o->pe[pe].ppi[ppi].priority << n * 8;
	}
	return value;
}

static void priorityr_write(struct oracle5 *o, uint32_t pe, uint32_t enc,
			    uint64_t value)
{
	uint32_t n;

	for (n = 0; n < 8; n++) {
		const uint32_t ppi = (enc & 15) * 8 + n;

		if (ppi_exists(o, ppi)) {
			o->pe[pe].ppi[ppi].priority = value >> n * 8 & 0x1f;
		}
	}
}

static uint64_t hmr_read(struct oracle5 *o, uint32_t pe, uint32_t enc)
{
	(void)pe;
	return o->config.ppi_implemented[enc & 1] &
	       o->config.ppi_level[enc & 1];
}

static uint64_t idr0_read(struct oracle5 *o, uint32_t pe, uint32_t enc)
{
	(void)pe;
	(void)enc;
	return FIELD_PUT(ICC_IDR0_EL1_ID_BITS, o->config.id_bits == 24) |
	       FIELD_PUT(ICC_IDR0_EL1_PRI_BITS, 4);
}

static uint64_t iaffidr_read(struct oracle5 *o, uint32_t pe, uint32_t enc)
{
	(void)enc;
	return o->config.iaffid[pe];
}

static uint64_t icsr_read(struct oracle5 *o, uint32_t pe, uint32_t enc)
{
	(void)enc;
	return o->pe[pe].icsr;
}

static void icsr_write(struct oracle5 *o, uint32_t pe, uint32_t enc,
		       uint64_t value)
{
	(void)enc;
	o->pe[pe].icsr = value & UINT64_C(0x0000ffff0000f83f);
}

static uint64_t apr_read(struct oracle5 *o, uint32_t pe, uint32_t enc)
{
	uint64_t value = 0;
	uint32_t n;

	(void)enc;
	for (n = 0; n < 32; n++) {
		value |= (uint64_t)o->pe[pe].apr[n] << n;
	}
	return value;
}

static void apr_write(struct oracle5 *o, uint32_t pe, uint32_t enc,
		      uint64_t value)
{
	uint32_t n;

	(void)enc;
	for (n = 0; n < 32; n++) {
		o->pe[pe].apr[n] = value >> n & 1;
	}
}

static uint64_t cr0_read(struct oracle5 *o, uint32_t pe, uint32_t enc)
{
	(void)enc;
	return (o->pe[pe].en ? ICC_CR0_EL1_EN : 0) | ICC_CR0_EL1_LINK |
	       ICC_CR0_EL1_LINK_IDLE;
}

static void cr0_write(struct oracle5 *o, uint32_t pe, uint32_t enc,
		      uint64_t value)
{
	(void)enc;
	o->pe[pe].en = value & ICC_CR0_EL1_EN;
}

static uint64_t pcr_read(struct oracle5 *o, uint32_t pe, uint32_t enc)
{
	(void)enc;
	return o->pe[pe].pcr;
}

static void pcr_write(struct oracle5 *o, uint32_t pe, uint32_t enc,
		      uint64_t value)
{
	(void)enc;
	o->pe[pe].pcr = value & 0x1f;
}

static const struct oracle5_row {
	uint32_t first, last;
	uint64_t (*read)(struct oracle5 *o, uint32_t pe, uint32_t enc);
	void (*write)(struct oracle5 *o, uint32_t pe, uint32_t enc,
		      uint64_t value);
} rows[] = {
	{ GSB_SYS, GSB_ACK, NULL, gsb },
	{ GIC_CDDIS, GIC_CDPEND, NULL, command },
	{ GIC_CDRCFG, GIC_CDRCFG, NULL, cdrcfg },
	{ GIC_CDEOI, GIC_CDEOI, NULL, cdeoi },
	{ GIC_CDDI, GIC_CDDI, NULL, cddi },
	{ GIC_CDHM, GIC_CDHM, NULL, command },
	{ ICC_PPI_HMR0_EL1, ICC_PPI_HMR1_EL1, hmr_read, NULL },
	{ ICC_IDR0_EL1, ICC_IDR0_EL1, idr0_read, NULL },
	{ ICC_ICSR_EL1, ICC_ICSR_EL1, icsr_read, icsr_write },
	{ ICC_IAFFIDR_EL1, ICC_IAFFIDR_EL1, iaffidr_read, NULL },
	{ ICC_PPI_ENABLER0_EL1, ICC_PPI_ENABLER1_EL1, enabler_read,
	  enabler_write },
	{ ICC_PPI_CACTIVER0_EL1, ICC_PPI_CACTIVER1_EL1, activer_read,
	  cactiver_write },
	{ ICC_PPI_SACTIVER0_EL1, ICC_PPI_SACTIVER1_EL1, activer_read,
	  sactiver_write },
	{ ICC_PPI_CPENDR0_EL1, ICC_PPI_CPENDR1_EL1, pendr_read, cpendr_write },
	{ ICC_PPI_SPENDR0_EL1, ICC_PPI_SPENDR1_EL1, pendr_read, spendr_write },
	{ ICC_PPI_PRIORITYR_EL1(0), ICC_PPI_PRIORITYR_EL1(15), priorityr_read,
	  priorityr_write },
	{ ICC_APR_EL1, ICC_APR_EL1, apr_read, apr_write },
	{ ICC_CR0_EL1, ICC_CR0_EL1, cr0_read, cr0_write },
	{ ICC_PCR_EL1, ICC_PCR_EL1, pcr_read, pcr_write },
};

static const struct oracle5_row *find(uint32_t enc)
{
	size_t n;

	for (n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
		if (enc >= rows[n].first && enc <= rows[n].last) {
			return &rows[n];
		}
	}
	return NULL;
}

bool oracle5_read(struct oracle5 *o, uint32_t pe, uint32_t enc, uint64_t *value)
{
	const struct oracle5_row *row = find(enc);

	if (!row || !row->read) {
		return false;
	}
	*value = row->read(o, pe, enc);
	return true;
}

bool oracle5_write(struct oracle5 *o, uint32_t pe, uint32_t enc, uint64_t value)
{
	const struct oracle5_row *row = find(enc);

	if (!row || !row->write) {
		return false;
	}
	row->write(o, pe, enc, value);
	return true;
}

void oracle5_reset_pe(struct oracle5 *o, uint32_t pe)
{
	const struct oracle5_pe was = o->pe[pe];
	uint32_t n;

	/* IRS_PE_CR0 is the IRS's. */
	o->pe[pe] = (struct oracle5_pe){ .dps = was.dps };
	for (n = 0; n < ORACLE5_NR_PPIS; n++) {
		o->pe[pe].ppi[n].pending = ppi_is_level(o, n) &&
					   was.ppi[n].pending;
	}
}
