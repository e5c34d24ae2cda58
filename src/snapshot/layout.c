/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How each structure of snapshot.h is written as bytes: a table of its fields,
 * in the order in which they stand, each with the bits that may be set.
 *
 * One table serves both directions, so they cannot disagree.  Encoding drops
 * bits that may not be set, and decoding refuses them.  That is how a snapshot
 * with a feature which this version does not know is noticed, and how no
 * register gets a bit that no guest could have written.
 */
#include "snapshot/snapshot.h"

#include "its/its.h"
#include "regs/gicv5.h"
#include "v5/v5.h"

/* A field of a structure, and an array in it, with the bits that may be set. */
/* clang-format off */
#define FIELD_OF(s, member, bits)                                          \
	{ offsetof(struct s, member), sizeof(((struct s *)0)->member), 1, \
	  bits }
#define ARRAY_OF(s, member, bits)                                 \
	{ offsetof(struct s, member),                             \
	  sizeof(((struct s *)0)->member[0]),                     \
	  sizeof(((struct s *)0)->member) /                       \
		  sizeof(((struct s *)0)->member[0]),             \
	  bits }
/* clang-format on */
/* The layout of struct snap_<name>, which takes so many bytes in a snapshot. */
#define LAYOUT(name, bytes) \
	const struct snap_layout vgic_snap_##name##_layout = { \
		name##_fields, \
		sizeof(name##_fields) / sizeof(name##_fields[0]), bytes \
	}
/*
 * All bits may be set here; what the value may be, the record's check decides.
 */
#define ANY UINT64_MAX

/* The check of the machine's record compares these with the VM's own. */
static const struct snap_field machine_fields[] = {
	FIELD_OF(snap_machine, nr_vcpus, ANY),
	FIELD_OF(snap_machine, nr_spis, ANY),
	FIELD_OF(snap_machine, pri_bits, ANY),
	FIELD_OF(snap_machine, pre_bits, ANY),
	FIELD_OF(snap_machine, id_bits, ANY),
	FIELD_OF(snap_machine, a3v, 1),
	FIELD_OF(snap_machine, lpi_id_bits, ANY),
	FIELD_OF(snap_machine, nr_irs, ANY),
	ARRAY_OF(snap_machine, ppi_implemented, ANY),
	ARRAY_OF(snap_machine, ppi_level, ANY),
};
LAYOUT(machine, 52);

static const struct snap_field lpi_shape_fields[] = {
	FIELD_OF(snap_lpi_shape, nr_its, ANY),
	FIELD_OF(snap_lpi_shape, nr_lpis, ANY),
};
LAYOUT(lpi_shape, 8);

/* The bits of GICD_STATUSR, which GICR_STATUSR and GITS_STATUSR have, too. */
#define STATUSR_BITS \
	(GICD_STATUSR_RRD | GICD_STATUSR_WRD | GICD_STATUSR_RWOD | \
	 GICD_STATUSR_WROD)

static const struct snap_field dist_fields[] = {
	FIELD_OF(snap_dist, ctlr, GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1),
	FIELD_OF(snap_dist, statusr, STATUSR_BITS),
	FIELD_OF(snap_dist, revision, ANY),
};
LAYOUT(dist, 12);

/*
 * The selectors keep the bits that their registers have, whether such an SPI or
 * PE exists or not: a guest may have selected one that does not.
 */
static const struct snap_field irs_fields[] = {
	FIELD_OF(snap_irs, cr0, IRS_CR0_IRSEN),
	FIELD_OF(snap_irs, cr1, 0xffff),
	FIELD_OF(snap_irs, spi_sel, FIELD_MASK(IRS_SPI_SELR_ID)),
	FIELD_OF(snap_irs, pe_sel, 0xffff),
};
LAYOUT(irs, 16);

static const struct snap_field irs_hidden_fields[] = {
	FIELD_OF(snap_irs_hidden, idr0, IRS_IDR0_HIDEABLE),
	FIELD_OF(snap_irs_hidden, idr2, IRS_IDR2_HIDEABLE),
};
LAYOUT(irs_hidden, 8);

static const struct snap_field ist_fields[] = {
	FIELD_OF(snap_ist, baser,
		 IRS_IST_BASER_ADDR_MASK | IRS_IST_BASER_VALID),
	FIELD_OF(snap_ist, cfgr,
		 FIELD_MASK(IRS_IST_CFGR_LPI_ID_BITS) |
			 FIELD_MASK(IRS_IST_CFGR_L2SZ) |
			 FIELD_MASK(IRS_IST_CFGR_ISTSZ) |
			 IRS_IST_CFGR_STRUCTURE),
	FIELD_OF(snap_ist, deferred, 1),
};
LAYOUT(ist, 16);

static const struct snap_field its_fields[] = {
	FIELD_OF(snap_its, cbaser, ITS_CBASER_FIELDS),
	FIELD_OF(snap_its, cwriter, GITS_CWRITER_Offset_MASK),
	FIELD_OF(snap_its, creadr, GITS_CREADR_Offset_MASK),
	ARRAY_OF(snap_its, baser, ITS_BASER_FIELDS | GITS_BASER_Indirect),
	FIELD_OF(snap_its, ctlr, GITS_CTLR_Enabled),
	FIELD_OF(snap_its, statusr, STATUSR_BITS),
};
LAYOUT(its, 48);

/*
 * The two registers differ in their bits, so vgic_snap_check_lpis() looks at
 * them.
 */
static const struct snap_field lpis_fields[] = {
	FIELD_OF(snap_lpis, baser, ANY),
};
LAYOUT(lpis, 8);

static const struct snap_field collection_fields[] = {
	FIELD_OF(snap_collection, icid, ANY),
	FIELD_OF(snap_collection, its, ANY),
	FIELD_OF(snap_collection, vcpu, ANY),
};
LAYOUT(collection, 6);

static const struct snap_field device_fields[] = {
	FIELD_OF(snap_device, device, ANY),
	FIELD_OF(snap_device, its, ANY),
	FIELD_OF(snap_device, bits, ANY),
	FIELD_OF(snap_device, itt, GITS_CMD_ITT_addr_MASK),
};
LAYOUT(device, 14);

static const struct snap_field event_fields[] = {
	FIELD_OF(snap_event, event, ANY), FIELD_OF(snap_event, device, ANY),
	FIELD_OF(snap_event, its, ANY),	  FIELD_OF(snap_event, icid, ANY),
	FIELD_OF(snap_event, lpi, ANY),
};
LAYOUT(event, 12);

static const struct snap_field vcpu_fields[] = {
	FIELD_OF(snap_vcpu, mpidr, ANY),
	FIELD_OF(snap_vcpu, pri_bits, ANY),
	FIELD_OF(snap_vcpu, id_bits, ANY),
	/* Snapshots before version 1.2 had the DPG bits, which are ignored. */
	FIELD_OF(snap_vcpu, ctlr,
		 GICR_CTLR_DPG0 | GICR_CTLR_DPG1NS | GICR_CTLR_EnableLPIs),
	FIELD_OF(snap_vcpu, waker,
		 GICR_WAKER_ProcessorSleep | GICR_WAKER_ChildrenAsleep),
	FIELD_OF(snap_vcpu, statusr, STATUSR_BITS),
};
LAYOUT(vcpu, 18);

/* ICH_VMCR_EL2's fields. */
#define VMCR_BITS \
	(ICH_VMCR_EL2_VENG0 | ICH_VMCR_EL2_VENG1 | ICH_VMCR_EL2_VAckCtl | \
	 ICH_VMCR_EL2_VFIQEn | ICH_VMCR_EL2_VCBPR | ICH_VMCR_EL2_VEOIM | \
	 FIELD_MASK(ICH_VMCR_EL2_VBPR1) | FIELD_MASK(ICH_VMCR_EL2_VBPR0) | \
	 FIELD_MASK(ICH_VMCR_EL2_VPMR))

/*
 * How many bits of the active priorities exist depends on the machine:
 * vgic_snap_check_cpuif() looks at them.
 */
static const struct snap_field cpuif_fields[] = {
	FIELD_OF(snap_cpuif, vmcr, VMCR_BITS),
	ARRAY_OF(snap_cpuif, ap0r, ANY),
	ARRAY_OF(snap_cpuif, ap1r, ANY),
};
LAYOUT(cpuif, 36);

/* A priority has five bits in a byte of its own. */
static const struct snap_field cpuif5_fields[] = {
	ARRAY_OF(snap_cpuif5, enabler, ANY),
	ARRAY_OF(snap_cpuif5, pendr, ANY),
	ARRAY_OF(snap_cpuif5, activer, ANY),
	ARRAY_OF(snap_cpuif5, priorityr, UINT64_C(0x1f1f1f1f1f1f1f1f)),
	FIELD_OF(snap_cpuif5, icsr, ANY),
	FIELD_OF(snap_cpuif5, vmcr,
		 ICH_VMCR_EL2_V5_EN | FIELD_MASK(ICH_VMCR_EL2_V5_VPMR)),
	FIELD_OF(snap_cpuif5, apr, ANY),
	FIELD_OF(snap_cpuif5, pe_cr0, IRS_PE_CR0_DPS),
};
LAYOUT(cpuif5, 196);

static const struct snap_field irq_fields[] = {
	FIELD_OF(snap_irq, intid, ANY),
	FIELD_OF(snap_irq, route, ANY),
	FIELD_OF(snap_irq, rank, ANY),
	FIELD_OF(snap_irq, state, SNAP_IRQ_STATES),
	FIELD_OF(snap_irq, holder, ANY),
	FIELD_OF(snap_irq, priority, VGIC_PRIO_MASK),
	FIELD_OF(snap_irq, active_priority, VGIC_PRIO_MASK),
};
LAYOUT(irq, 18);

static const struct snap_field stats_fields[] = {
	ARRAY_OF(snap_stats, injected, ANY),
	ARRAY_OF(snap_stats, delivered, ANY),
	FIELD_OF(snap_stats, overflows, ANY),
	FIELD_OF(snap_stats, eoicount, ANY),
	FIELD_OF(snap_stats, guest_errors, ANY),
	FIELD_OF(snap_stats, lr_peak, ANY),
};
LAYOUT(stats, 92);

/* A field of a structure in memory, in the host's own byte order. */
static uint64_t load(const uint8_t *at, uint32_t width)
{
	switch (width) {
	case 1:
		return *at;
	case 2:
		return *(const uint16_t *)(const void *)at;
	case 4:
		return *(const uint32_t *)(const void *)at;
	default:
		return *(const uint64_t *)(const void *)at;
	}
}

static void store(uint8_t *at, uint32_t width, uint64_t value)
{
	switch (width) {
	case 1:
		*at = (uint8_t)value;
		break;
	case 2:
		*(uint16_t *)(void *)at = (uint16_t)value;
		break;
	case 4:
		*(uint32_t *)(void *)at = (uint32_t)value;
		break;
	default:
		*(uint64_t *)(void *)at = value;
		break;
	}
}

/* Fields of arrays stand side by side in both forms. */
void vgic_snap_encode(const struct snap_layout *layout, const void *from,
		      uint8_t *to)
{
	for (uint32_t i = 0; i < layout->nr_fields; i++) {
		const struct snap_field *f = &layout->fields[i];
		const uint8_t *at = (const uint8_t *)from + f->at;

		for (uint32_t n = 0; n < f->count; n++) {
			snap_put(to, f->width, load(at, f->width) & f->mask);
			at += f->width;
			to += f->width;
		}
	}
}

/*
 * Decodes everything even if a bit is wrong: a caller that knows the bytes were
 * checked may ignore the result.
 */
bool vgic_snap_decode(const struct snap_layout *layout, const uint8_t *from,
		      void *to)
{
	uint64_t wrong = 0;

	for (uint32_t i = 0; i < layout->nr_fields; i++) {
		const struct snap_field *f = &layout->fields[i];
		uint8_t *at = (uint8_t *)to + f->at;

		for (uint32_t n = 0; n < f->count; n++) {
			uint64_t value = snap_get(from, f->width);

			wrong |= value & ~f->mask;
			store(at, f->width, value);
			at += f->width;
			from += f->width;
		}
	}
	return !wrong;
}
