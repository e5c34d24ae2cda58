/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The IRSs of a physical GICv5: SPIs, LPIs, the IST and the configuration
 * frame.  Every operation completes at once, so each IDLE reads 1.
 */
#include "tests/oracle/v5.h"

#include "regs/gicv5.h"

uint32_t oracle5_nr_irqs(const struct oracle5 *o)
{
	return o->config.nr_spis + (1u << o->config.lpi_id_bits);
}

uint32_t oracle5_intid(const struct oracle5 *o, uint32_t index)
{
	return index < o->config.nr_spis ? GICV5_SPI(index) :
					   GICV5_LPI(index - o->config.nr_spis);
}

struct oracle5_irq *oracle5_irq(struct oracle5 *o, uint32_t intid)
{
	const uint32_t id = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid);

	switch (FIELD_GET(GICV5_INTID_TYPE, intid)) {
	case GICV5_INTID_TYPE_SPI:
		return id < o->config.nr_spis ? &o->spi[id] : NULL;
	case GICV5_INTID_TYPE_LPI:
		return id < ORACLE5_MAX_LPIS && o->lpi[id].exists ?
			       &o->lpi[id] :
			       NULL;
	default:
		return NULL;
	}
}

static const struct oracle5_irq *look(const struct oracle5 *o, uint32_t intid)
{
	return oracle5_irq((struct oracle5 *)o, intid);
}

static uint32_t irs_of_pe(const struct oracle5 *o, uint32_t pe)
{
	return pe * o->config.nr_irs / o->config.nr_pes;
}

static uint32_t spis_per_irs(const struct oracle5 *o)
{
	return o->config.nr_spis / o->config.nr_irs;
}

/* PEs that take one-of-N interrupts, a bit each. */
static uint32_t willing(const struct oracle5 *o)
{
	uint32_t pes = 0, n;

	for (n = 0; n < o->config.nr_pes; n++) {
		if (!o->pe[n].dps) {
			pes |= 1u << n;
		}
	}
	return pes;
}

/*
 * A one-of-N interrupt that turns into a candidate is offered to some willing
 * PE, and stays with it, or is offered to another.
 */
static void offer(struct oracle5 *o)
{
	uint32_t n;

	for (n = 0; n < oracle5_nr_irqs(o); n++) {
		struct oracle5_irq *irq = oracle5_irq(o, oracle5_intid(o, n));

		if (!irq) {
			continue;
		}
		if (irq->irm && irq->pending && irq->enabled && !irq->active) {
			irq->offered |= willing(o);
		} else {
			irq->offered = 0;
		}
	}
}

/* IRSEN of the PE's IRS, and of the one that an SPI is wired to. */
static bool forwarded(const struct oracle5 *o, uint32_t pe, uint32_t intid)
{
	const uint32_t id = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid);

	if (!o->irs[irs_of_pe(o, pe)].irsen) {
		return false;
	}
	return FIELD_GET(GICV5_INTID_TYPE, intid) != GICV5_INTID_TYPE_SPI ||
	       o->irs[id / spis_per_irs(o)].irsen;
}

bool oracle5_may_forward(const struct oracle5 *o, uint32_t pe, uint32_t intid)
{
	const struct oracle5_irq *irq = look(o, intid);

	if (!irq || !irq->irm) {
		return oracle5_must_forward(o, pe, intid);
	}
	return irq->pending && irq->enabled && !irq->active &&
	       (irq->offered >> pe & 1) && forwarded(o, pe, intid);
}

bool oracle5_must_forward(const struct oracle5 *o, uint32_t pe, uint32_t intid)
{
	const struct oracle5_irq *irq = look(o, intid);

	return irq && irq->pending && irq->enabled && !irq->active &&
	       !irq->irm && irq->iaffid == o->config.iaffid[pe] &&
	       forwarded(o, pe, intid);
}

void oracle5_irq_ack(struct oracle5 *o, uint32_t intid)
{
	struct oracle5_irq *irq = oracle5_irq(o, intid);

	irq->active = true;
	if (!irq->hm_level) {
		irq->pending = false;
	}
	offer(o);
}

/* How the wire is sampled: by the trigger mode, which sets the handling. */
void oracle5_spi_wire(struct oracle5 *o, uint32_t spi, bool level)
{
	struct oracle5_irq *irq = &o->spi[spi];
	const bool rises = level && !irq->wire;

	irq->wire = level;
	if (irq->tm_level) {
		irq->pending = level;
		irq->hm_level = level ? true : irq->hm_level;
	} else if (rises) {
		irq->pending = true;
		irq->hm_level = false;
	}
	offer(o);
}

static void set_trigger_mode(struct oracle5_irq *irq, bool level)
{
	if (level == irq->tm_level) {
		return;
	}
	irq->tm_level = level;
	if (level) {
		irq->pending = irq->wire;
		irq->hm_level = irq->wire ? true : irq->hm_level;
	} else if (irq->wire) {
		irq->pending = false;
	}
}

void oracle5_setlpi(struct oracle5 *o, uint32_t id)
{
	struct oracle5_irq *irq =
		oracle5_irq(o, GICV5_LPI(id & GICV5_INTID_MASK));

	if (irq) {
		irq->pending = true;
		irq->hm_level = false;
	}
	offer(o);
}

void oracle5_command(struct oracle5 *o, uint32_t enc, uint64_t operand)
{
	struct oracle5_irq *irq = oracle5_irq(o, (uint32_t)operand);

	if (!irq) {
		return;
	}
	switch (enc) {
	case GIC_CDEN:
		irq->enabled = true;
		break;
	case GIC_CDDIS:
		irq->enabled = false;
		break;
	case GIC_CDPRI:
		irq->priority = (uint8_t)FIELD_GET(GIC_CDPRI_PRIORITY, operand);
		break;
	case GIC_CDAFF:
		irq->irm = operand & GIC_CDAFF_IRM;
		if (!irq->irm) {
			irq->iaffid =
				(uint16_t)FIELD_GET(GIC_CDAFF_IAFFID, operand);
		}
		break;
	case GIC_CDPEND:
		irq->pending = operand & GIC_CDPEND_PENDING;
		break;
	case GIC_CDHM:
		irq->hm_level = operand & GIC_CDHM_HM;
		break;
	case GIC_CDDI:
		irq->active = false;
		break;
	}
	offer(o);
}

uint64_t oracle5_rcfg(struct oracle5 *o, uint32_t intid)
{
	const struct oracle5_irq *irq = look(o, intid);

	if (!irq) {
		return ICC_ICSR_EL1_F;
	}
	return (irq->enabled ? ICC_ICSR_EL1_Enabled : 0) |
	       (irq->pending ? ICC_ICSR_EL1_Pending : 0) |
	       (irq->irm ? ICC_ICSR_EL1_IRM : 0) |
	       (irq->active ? ICC_ICSR_EL1_Active : 0) |
	       (irq->hm_level ? ICC_ICSR_EL1_HM : 0) |
	       FIELD_PUT(ICC_ICSR_EL1_Priority, irq->priority) |
	       FIELD_PUT(ICC_ICSR_EL1_IAFFID, irq->irm ? 0 : irq->iaffid);
}

/* Shape of the IST; LPI_ID_BITS out of range means the nearest in range. */
static uint32_t ist_id_bits(const struct oracle5 *o)
{
	uint32_t bits =
		(uint32_t)FIELD_GET(IRS_IST_CFGR_LPI_ID_BITS, o->ist_cfgr);

	if (bits < o->config.min_lpi_id_bits) {
		bits = o->config.min_lpi_id_bits;
	}
	return bits > o->config.lpi_id_bits ? o->config.lpi_id_bits : bits;
}

static uint32_t ist_l2_bits(const struct oracle5 *o)
{
	return IST_L2_INDEX_BITS(
		(uint32_t)FIELD_GET(IRS_IST_CFGR_ISTSZ, o->ist_cfgr),
		(uint32_t)FIELD_GET(IRS_IST_CFGR_L2SZ, o->ist_cfgr));
}

/* LPIs first .. first + count - 1 have entries now, all zero. */
static void make_lpis(struct oracle5 *o, uint32_t first, uint32_t count)
{
	uint32_t n;

	for (n = first; n < first + count; n++) {
		if (n < 1u << ist_id_bits(o) && !o->lpi[n].exists) {
			o->lpi[n] = (struct oracle5_irq){ .exists = true };
		}
	}
}

static void ist_baser_write(struct oracle5 *o, uint64_t value)
{
	const bool valid = value & IRS_IST_BASER_VALID;
	uint32_t n;

	if (o->ist_baser & IRS_IST_BASER_VALID) {
		/* Only VALID can change, and that only to 0. */
		if (valid) {
			return;
		}
		for (n = 0; n < ORACLE5_MAX_LPIS; n++) {
			o->lpi[n] = (struct oracle5_irq){ 0 };
		}
	}
	o->ist_baser = value & (IRS_IST_BASER_ADDR_MASK | IRS_IST_BASER_VALID);
	if (valid && !(o->ist_cfgr & IRS_IST_CFGR_STRUCTURE)) {
		make_lpis(o, 0, 1u << ist_id_bits(o));
	}
}

/* Reserved sizes: the choice is to ignore the write. */
static void ist_cfgr_write(struct oracle5 *o, uint64_t value)
{
	if (!(o->ist_baser & IRS_IST_BASER_VALID) &&
	    FIELD_GET(IRS_IST_CFGR_ISTSZ, value) < 3 &&
	    FIELD_GET(IRS_IST_CFGR_L2SZ, value) < 3) {
		o->ist_cfgr = (uint32_t)value &
			      (uint32_t)(FIELD_MASK(IRS_IST_CFGR_LPI_ID_BITS) |
					 FIELD_MASK(IRS_IST_CFGR_L2SZ) |
					 FIELD_MASK(IRS_IST_CFGR_ISTSZ) |
					 IRS_IST_CFGR_STRUCTURE);
	}
}

/* Make the L1 entry valid that covers this ID. */
static void map_l2(struct oracle5 *o, uint32_t id)
{
	const uint32_t bits = ist_l2_bits(o);
	const uint32_t l2_size = IST_L2_TABLE_SIZE(
		(uint32_t)FIELD_GET(IRS_IST_CFGR_L2SZ, o->ist_cfgr));
	const uint64_t at = (o->ist_baser & IRS_IST_BASER_ADDR_MASK) +
			    (uint64_t)(id >> bits) * L1_ISTE_SIZE;
	uint64_t l2 = 0;
	uint8_t entry[L1_ISTE_SIZE], byte;
	uint32_t n;

	if (!(o->ist_baser & IRS_IST_BASER_VALID) ||
	    !(o->ist_cfgr & IRS_IST_CFGR_STRUCTURE) ||
	    id >= 1u << ist_id_bits(o) ||
	    o->config.read(o->config.ctx, at, entry, sizeof(entry))) {
		return;
	}
	for (n = 0; n < sizeof(entry); n++) {
		l2 |= (uint64_t)entry[n] << 8 * n;
	}
	l2 &= L1_ISTE_L2_ADDR_MASK;
	/* A table that is not all there cannot be made valid. */
	for (n = 0; n < l2_size; n += 256) {
		if (o->config.read(o->config.ctx, l2 + n, &byte, 1)) {
			return;
		}
	}
	entry[0] |= L1_ISTE_VALID;
	if (!o->config.write(o->config.ctx, at, entry, 1)) {
		make_lpis(o, id >> bits << bits, 1u << bits);
	}
}

/* The SPI that is selected in this IRS, if it is one of its own. */
static struct oracle5_irq *own_spi(struct oracle5 *o, uint32_t irs, uint32_t id)
{
	return id < o->config.nr_spis && id / spis_per_irs(o) == irs ?
		       &o->spi[id] :
		       NULL;
}

static struct oracle5_pe *own_pe(struct oracle5 *o, uint32_t irs)
{
	uint32_t n;

	for (n = 0; n < o->config.nr_pes; n++) {
		if (o->config.iaffid[n] == o->irs[irs].pe_sel &&
		    irs_of_pe(o, n) == irs) {
			return &o->pe[n];
		}
	}
	return NULL;
}

static uint32_t read_id(const struct oracle5 *o, uint32_t n, uint32_t offset)
{
	const struct oracle5_config *c = &o->config;

	switch (offset) {
	case IRS_IDR0:
		return c->idr0 | n << IRS_IDR0_IRSID_SHIFT;
	case IRS_IDR1:
		return (uint32_t)(FIELD_PUT(IRS_IDR1_PE_CNT, c->nr_pes) |
				  FIELD_PUT(IRS_IDR1_IAFFID_BITS, 15) |
				  FIELD_PUT(IRS_IDR1_PRI_BITS, 4));
	case IRS_IDR2:
		return (uint32_t)(FIELD_PUT(IRS_IDR2_ID_BITS, c->lpi_id_bits) |
				  FIELD_PUT(IRS_IDR2_MIN_LPI_ID_BITS,
					    c->min_lpi_id_bits)) |
		       IRS_IDR2_LPI | IRS_IDR2_IST_LEVELS |
		       IRS_IDR2_IST_L2SZ_4K | IRS_IDR2_IST_L2SZ_16K |
		       IRS_IDR2_IST_L2SZ_64K;
	case IRS_IDR5:
		return c->nr_spis;
	case IRS_IDR6:
		return spis_per_irs(o);
	case IRS_IDR7:
		return n * spis_per_irs(o);
	case IRS_IIDR:
		return c->iidr;
	case IRS_AIDR:
		return c->aidr;
	case IRS_DEVARCH:
		return c->devarch;
	default:
		return 0;
	}
}

/* A 32-bit register, or half of a 64-bit one. */
static uint32_t read32(struct oracle5 *o, uint32_t n, uint32_t offset)
{
	const struct oracle5_irs *irs = &o->irs[n];
	const struct oracle5_irq *spi = own_spi(o, n, irs->spi_sel);
	const struct oracle5_pe *pe = own_pe(o, n);

	switch (offset) {
	case IRS_CR0:
		return (irs->irsen ? IRS_CR0_IRSEN : 0) | IRS_CR0_IDLE;
	case IRS_CR1:
		return irs->cr1;
	case IRS_SYNC_STATUSR:
		return IRS_SYNC_STATUSR_IDLE;
	case IRS_SPI_SELR:
		return irs->spi_sel;
	case IRS_SPI_CFGR:
		return spi && spi->tm_level ? IRS_SPI_CFGR_TM : 0;
	case IRS_SPI_STATUSR:
		return IRS_SPI_STATUSR_IDLE | (spi ? IRS_SPI_STATUSR_V : 0);
	case IRS_PE_SELR:
		return irs->pe_sel;
	case IRS_PE_STATUSR:
		return IRS_PE_STATUSR_IDLE |
		       (pe ? IRS_PE_STATUSR_V | IRS_PE_STATUSR_ONLINE : 0);
	case IRS_PE_CR0:
		return pe && pe->dps ? IRS_PE_CR0_DPS : 0;
	case IRS_IST_BASER:
		return (uint32_t)o->ist_baser;
	case IRS_IST_BASER + 4:
		return (uint32_t)(o->ist_baser >> 32);
	case IRS_IST_CFGR:
		return o->ist_cfgr;
	case IRS_IST_STATUSR:
		return IRS_IST_STATUSR_IDLE;
	default:
		return read_id(o, n, offset);
	}
}

static bool is_64_bits(uint32_t offset)
{
	return offset == IRS_SPI_VMR || offset == IRS_IST_BASER;
}

uint64_t oracle5_irs_read(struct oracle5 *o, uint32_t irs, uint32_t offset,
			  unsigned int width)
{
	if (width == 4 && offset % 4 == 0) {
		return read32(o, irs, offset);
	}
	if (width == 8 && is_64_bits(offset)) {
		return read32(o, irs, offset) |
		       (uint64_t)read32(o, irs, offset + 4) << 32;
	}
	return 0;
}

static void resample(struct oracle5 *o, uint32_t n, uint32_t id)
{
	struct oracle5_irq *spi = own_spi(o, n, id);

	if (spi && spi->tm_level) {
		spi->pending = spi->wire;
		spi->hm_level = spi->wire ? true : spi->hm_level;
	}
}

static void write_ist(struct oracle5 *o, uint32_t offset, uint32_t value)
{
	const uint64_t low = o->ist_baser & 0xffffffff;

	switch (offset) {
	case IRS_IST_BASER:
		ist_baser_write(o, (o->ist_baser ^ low) | value);
		break;
	case IRS_IST_BASER + 4:
		ist_baser_write(o, low | (uint64_t)value << 32);
		break;
	case IRS_IST_CFGR:
		ist_cfgr_write(o, value);
		break;
	case IRS_MAP_L2_ISTR:
		map_l2(o, value & 0xffffff);
		break;
	}
}

static void write32(struct oracle5 *o, uint32_t n, uint32_t offset,
		    uint32_t value)
{
	struct oracle5_irs *irs = &o->irs[n];
	struct oracle5_irq *spi = own_spi(o, n, irs->spi_sel);
	struct oracle5_pe *pe = own_pe(o, n);

	switch (offset) {
	case IRS_CR0:
		irs->irsen = value & IRS_CR0_IRSEN;
		break;
	case IRS_CR1:
		irs->cr1 = value & 0xffff;
		break;
	case IRS_SPI_SELR:
		irs->spi_sel = value & 0xffffff;
		break;
	case IRS_SPI_RESAMPLER:
		resample(o, n, value & 0xffffff);
		break;
	case IRS_SPI_CFGR:
		if (spi) {
			set_trigger_mode(spi, value & IRS_SPI_CFGR_TM);
		}
		break;
	case IRS_PE_SELR:
		irs->pe_sel = value & 0xffff;
		break;
	case IRS_PE_CR0:
		if (pe) {
			pe->dps = value & IRS_PE_CR0_DPS;
		}
		break;
	default:
		write_ist(o, offset, value);
		break;
	}
}

void oracle5_irs_write(struct oracle5 *o, uint32_t irs, uint32_t offset,
		       unsigned int width, uint64_t value)
{
	if (width == 4 && offset % 4 == 0) {
		write32(o, irs, offset, (uint32_t)value);
	} else if (width == 8 && offset == IRS_IST_BASER) {
		ist_baser_write(o, value);
	}
	offer(o);
}

void oracle5_init(struct oracle5 *o, const struct oracle5_config *config)
{
	*o = (struct oracle5){ .config = *config };
}

void oracle5_reset(struct oracle5 *o)
{
	const struct oracle5 was = *o;
	uint32_t n;

	oracle5_init(o, &was.config);
	for (n = 0; n < o->config.nr_pes; n++) {
		o->pe[n] = was.pe[n];
		o->pe[n].dps = false;
		oracle5_reset_pe(o, n);
	}
	for (n = 0; n < o->config.nr_spis; n++) {
		o->spi[n].wire = was.spi[n].wire;
	}
}
