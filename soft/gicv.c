/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv2 guest's CPU interface: GICV, which is laid out as GICC.  IHI 0048
 * 4.4, 5.5
 *
 * It is the GICv3 interface of icv.c under other names.  A table says which ICV
 * register is behind each register of GICV; what GICv2 has otherwise (AckCtl,
 * FIQEn, one APR for both groups) is handled here.  An SGI's INTID carries its
 * sender in bits 12:10, in the list register as in GICC_IAR, so it needs no
 * conversion.  Deactivation (GICV_DIR) is not here: the library handles it.
 */
#include "soft/gicv.h"

#include <stddef.h>

#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/ich.h"
#include "soft/internal.h"

/* The fields of GICC_CTLR, at the same places in ICH_VMCR_EL2. */
#define CTLR_FIELDS \
	(GICC_CTLR_EnableGrp0 | GICC_CTLR_EnableGrp1 | GICC_CTLR_AckCtl | \
	 GICC_CTLR_FIQEn | GICC_CTLR_CBPR | GICC_CTLR_EOImode)
#define IIDR_GICV2 0x0202043bu /* GICv2, Arm */

/* GICC_CTLR is ICH_VMCR_EL2's bits, which are at the same places. */
static uint64_t read_ctlr(struct model_vcpuif *m, uint32_t reg)
{
	(void)reg;
	return m->vmcr & CTLR_FIELDS;
}

static void write_ctlr(struct model_vcpuif *m, uint32_t reg, uint64_t value)
{
	(void)reg;
	m->vmcr = (m->vmcr & ~CTLR_FIELDS) | ((uint32_t)value & CTLR_FIELDS);
}

/*
 * GICC_IAR and GICC_HPPIR serve both groups.  If the most urgent interrupt is
 * of Group 1 they return 1022, and it is left for GICC_AIAR; unless AckCtl = 1
 * gives Group 1 to these registers, too.  IHI 0048 4.4.4
 */
static uint64_t of_group1(struct model_vcpuif *m, uint32_t reg)
{
	return m->vmcr & ICH_VMCR_EL2_VAckCtl ? vgic_soft_icv_get(m, reg) :
						GICC_INTID_OTHER_GROUP;
}

/*
 * An interrupt that is masked is not shown at all, not even by the 1022 that
 * would say its group.
 */
static uint64_t read_iar(struct model_vcpuif *m, uint32_t reg)
{
	(void)reg;
	switch (vgic_soft_vcpuif_signalled(m)) {
	case 0:
		return vgic_soft_icv_get(m, ICC_IAR0_EL1);
	case 1:
		return of_group1(m, ICC_IAR1_EL1);
	default:
		return GIC_INTID_SPURIOUS;
	}
}

static uint64_t read_hppir(struct model_vcpuif *m, uint32_t reg)
{
	(void)reg;
	return vgic_soft_icv_get(m, ICC_HPPIR1_EL1) == GIC_INTID_SPURIOUS ?
		       vgic_soft_icv_get(m, ICC_HPPIR0_EL1) :
		       of_group1(m, ICC_HPPIR1_EL1);
}

/*
 * GICC_EOIR also ends interrupts of Group 1, which GICC_IAR returned with
 * AckCtl = 1.  The handler drops the highest active priority of either group.
 */
static void write_eoir(struct model_vcpuif *m, uint32_t reg, uint64_t value)
{
	(void)reg;
	vgic_soft_icv_set(m, ICC_EOIR0_EL1, value);
}

static uint64_t read_icv(struct model_vcpuif *m, uint32_t reg)
{
	return vgic_soft_icv_get(m, reg);
}

static void write_icv(struct model_vcpuif *m, uint32_t reg, uint64_t value)
{
	vgic_soft_icv_set(m, reg, value);
}

/*
 * GICC_APR has the active priorities of both groups, GICC_NSAPR those of Group
 * 1.
 */
static uint64_t read_apr(struct model_vcpuif *m, uint32_t reg)
{
	(void)reg;
	return m->ap0r[0] | m->ap1r[0];
}

static uint64_t read_nsapr(struct model_vcpuif *m, uint32_t reg)
{
	(void)reg;
	return m->ap1r[0];
}

/*
 * A bit that is set in GICC_NSAPR belongs to Group 1, not to Group 0 as well.
 */
static void write_apr(struct model_vcpuif *m, uint32_t reg, uint64_t value)
{
	(void)reg;
	m->ap0r[0] = (uint32_t)value & ~m->ap1r[0];
}

static void write_nsapr(struct model_vcpuif *m, uint32_t reg, uint64_t value)
{
	(void)reg;
	m->ap1r[0] = (uint32_t)value;
}

static uint64_t read_iidr(struct model_vcpuif *m, uint32_t reg)
{
	(void)m;
	(void)reg;
	return IIDR_GICV2;
}

/* Registers that exist but have no bits. */
static uint64_t read_zero(struct model_vcpuif *m, uint32_t reg)
{
	(void)m;
	(void)reg;
	return 0;
}

static void write_ignored(struct model_vcpuif *m, uint32_t reg, uint64_t value)
{
	(void)m;
	(void)reg;
	(void)value;
}

/*
 * The registers of GICV.  A null handler: the register cannot be read, or not
 * be written.
 */
static const struct row {
	uint32_t offset;
	/* The ICV register behind it, where there is one. */
	uint32_t reg;
	uint64_t (*read)(struct model_vcpuif *m, uint32_t reg);
	void (*write)(struct model_vcpuif *m, uint32_t reg, uint64_t value);
} rows[] = {
	{ GICC_CTLR, 0, read_ctlr, write_ctlr },
	{ GICC_PMR, ICC_PMR_EL1, read_icv, write_icv },
	{ GICC_BPR, ICC_BPR0_EL1, read_icv, write_icv },
	{ GICC_IAR, 0, read_iar, NULL },
	{ GICC_EOIR, 0, NULL, write_eoir },
	{ GICC_RPR, ICC_RPR_EL1, read_icv, NULL },
	{ GICC_HPPIR, 0, read_hppir, NULL },
	{ GICC_ABPR, ICC_BPR1_EL1, read_icv, write_icv },
	{ GICC_AIAR, ICC_IAR1_EL1, read_icv, NULL },
	{ GICC_AEOIR, ICC_EOIR1_EL1, NULL, write_icv },
	{ GICC_AHPPIR, ICC_HPPIR1_EL1, read_icv, NULL },
	{ GICC_APR, 0, read_apr, write_apr },
	{ GICC_NSAPR, 0, read_nsapr, write_nsapr },
	/*
	 * Five bits of priority have 32 preemption levels: the first register
	 * of each four has them all.  IHI 0048 4.4.17
	 */
	{ GICC_APR + 4, 0, read_zero, write_ignored },
	{ GICC_APR + 8, 0, read_zero, write_ignored },
	{ GICC_APR + 12, 0, read_zero, write_ignored },
	{ GICC_NSAPR + 4, 0, read_zero, write_ignored },
	{ GICC_NSAPR + 8, 0, read_zero, write_ignored },
	{ GICC_NSAPR + 12, 0, read_zero, write_ignored },
	{ GICC_IIDR, 0, read_iidr, NULL },
};

static const struct row *find(uint32_t offset)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].offset == offset) {
			return &rows[i];
		}
	}
	return NULL;
}

bool vgic_soft_gicv_read(struct model_vcpuif *m, uint32_t offset,
			 uint64_t *value)
{
	const struct row *row = find(offset);

	*value = row && row->read ? row->read(m, row->reg) : 0;
	return row && row->read;
}

bool vgic_soft_gicv_write(struct model_vcpuif *m, uint32_t offset,
			  uint64_t value)
{
	const struct row *row = find(offset);

	if (!row || !row->write) {
		return false;
	}
	row->write(m, row->reg, value);
	return true;
}

/*
 * Group 0 is signalled as FIQ if FIQEn = 1, which on a GICv3 is RES1, else as
 * IRQ.  IHI 0048 4.4.1
 */
unsigned int vgic_soft_gicv_signals(const struct model_vcpuif *m)
{
	int group = vgic_soft_vcpuif_signalled(m);

	if (group < 0) {
		return 0;
	}
	return group || !(m->vmcr & ICH_VMCR_EL2_VFIQEn) ? VGIC_VIRQ :
							   VGIC_VFIQ;
}
