/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of the CPU interface as a VMM saves and restores them.  A
 * GICv3's are ICC_* registers (IHI 0069 12.2), whose state is the image of the
 * hypervisor's ICH_* registers; rows of this file say how each is made of that.
 * A GICv5's are read and written by v5/state.c.
 *
 * The vCPU is not resident, so the image is current, and the next entry takes
 * what was written.
 */
#include <vgic/uaccess.h>

#include "regs/gicv5.h"
#include "v3/v3.h"

/*
 * What a row's functions get: the vCPU, and for a row of several registers
 * which of them it is.
 */
struct access {
	struct vgic_vcpu *vcpu;
	uint32_t n;
};

/* ICH_VMCR_EL2 has most of the CPU interface's state in fields. */
static uint32_t *vmcr(const struct access *a)
{
	return &a->vcpu->ich.vmcr;
}

/* A register that is one field of ICH_VMCR_EL2. */
#define VMCR_FIELD(name, field) \
	static int read_##name(const struct access *a, uint64_t *value) \
	{ \
		*value = FIELD_GET(field, *vmcr(a)); \
		return VGIC_OK; \
	} \
	static int write_##name(const struct access *a, uint64_t value) \
	{ \
		*vmcr(a) &= ~(uint32_t)FIELD_MASK(field); \
		*vmcr(a) |= (uint32_t)FIELD_PUT(field, value); \
		return VGIC_OK; \
	}

/* The two group enables as fields: the constants have them as bits. */
#define VENG0_SHIFT 0
#define VENG0_WIDTH 1
#define VENG1_SHIFT 1
#define VENG1_WIDTH 1
VMCR_FIELD(pmr, ICH_VMCR_EL2_VPMR)
VMCR_FIELD(bpr0, ICH_VMCR_EL2_VBPR0)
VMCR_FIELD(own_bpr1, ICH_VMCR_EL2_VBPR1)
VMCR_FIELD(igrpen0, VENG0)
VMCR_FIELD(igrpen1, VENG1)

/*
 * With CBPR = 1 the binary point of Group 0 counts for both groups, and
 * ICC_BPR1_EL1 reads as that of Group 0 plus one, at most 7; writes are
 * ignored.  IHI 0069 12.2
 */
static int read_bpr1(const struct access *a, uint64_t *value)
{
	if (!(*vmcr(a) & ICH_VMCR_EL2_VCBPR)) {
		return read_own_bpr1(a, value);
	}
	(void)read_bpr0(a, value);
	*value = *value < 7 ? *value + 1 : 7;
	return VGIC_OK;
}

/* See read_bpr1(). */
static int write_bpr1(const struct access *a, uint64_t value)
{
	return *vmcr(a) & ICH_VMCR_EL2_VCBPR ? VGIC_OK :
					       write_own_bpr1(a, value);
}

/* ICC_CTLR_EL1.IDbits: 0 is 16 bits, 1 is 24 bits. */
static uint64_t id_bits(const struct vgic_vcpu *vcpu)
{
	return vcpu->id_bits > 16;
}

/* As the guest reads it. */
static int read_ctlr(const struct access *a, uint64_t *value)
{
	*value = vgic_v3_ctlr(a->vcpu);
	return VGIC_OK;
}

/*
 * A guest that was saved on a machine with fewer priority or INTID bits keeps
 * the fewer ones.  More than this machine has, or another SEIS or A3V, cannot
 * be restored: the guest has read them.
 */
static int write_ctlr(const struct access *a, uint64_t value)
{
	const uint64_t must_match = ICC_CTLR_EL1_SEIS | ICC_CTLR_EL1_A3V;
	uint64_t pri = FIELD_GET(ICC_CTLR_EL1_PRIbits, value);
	uint64_t ids = FIELD_GET(ICC_CTLR_EL1_IDbits, value);
	uint64_t now;

	(void)read_ctlr(a, &now);
	if (pri + 1 > a->vcpu->pri_bits || ids > id_bits(a->vcpu) ||
	    ((value ^ now) & must_match)) {
		return VGIC_E_INVAL;
	}
	a->vcpu->pri_bits = (uint8_t)(pri + 1);
	a->vcpu->id_bits = ids ? 24 : 16;
	vgic_v3_set_ctlr(a->vcpu, value);
	return VGIC_OK;
}

/*
 * A GICv3's guest has the system registers alone, never the memory-mapped CPU
 * interface, so SRE, DFB and DIB are 1.
 */
static int read_sre(const struct access *a, uint64_t *value)
{
	(void)a;
	*value = ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB;
	return VGIC_OK;
}

/* A guest without system registers would be another machine. */
static int write_sre(const struct access *a, uint64_t value)
{
	(void)a;
	return value & ICC_SRE_SRE ? VGIC_OK : VGIC_E_INVAL;
}

/*
 * Each of these registers has the bits of 32 levels; how many levels there are
 * follows from the priority bits.  IHI 0069 12.2.3
 */
static bool apr_exists(const struct access *a)
{
	uint32_t bits = a->vcpu->pri_bits;

	return a->n < (bits > 5 ? 1u << (bits > 7 ? 2 : bits - 5) : 1u);
}

/* VGIC_E_INVAL: the machine has fewer levels. */
static int access_apr(const struct access *a, uint32_t *aprs, bool write,
		      uint64_t *value)
{
	if (!apr_exists(a)) {
		return VGIC_E_INVAL;
	}
	if (write) {
		aprs[a->n] = (uint32_t)*value;
	} else {
		*value = aprs[a->n];
	}
	return VGIC_OK;
}

/* Group 0 and Group 1 have active priorities of their own. */
static int read_ap0r(const struct access *a, uint64_t *value)
{
	return access_apr(a, a->vcpu->ich.ap0r, false, value);
}

static int write_ap0r(const struct access *a, uint64_t value)
{
	return access_apr(a, a->vcpu->ich.ap0r, true, &value);
}

static int read_ap1r(const struct access *a, uint64_t *value)
{
	return access_apr(a, a->vcpu->ich.ap1r, false, value);
}

static int write_ap1r(const struct access *a, uint64_t value)
{
	return access_apr(a, a->vcpu->ich.ap1r, true, &value);
}

/* `count` registers with consecutive encodings. */
struct row {
	uint32_t sysreg, count;
	int (*read)(const struct access *a, uint64_t *value);
	int (*write)(const struct access *a, uint64_t value);
};

/*
 * What a VMM can save of a GICv3's CPU interface.  Registers that are orders or
 * answers (ICC_IAR, ICC_EOIR, ICC_SGI1R, ICC_RPR) have no state of their own.
 */
static const struct row rows[] = {
	{ ICC_PMR_EL1, 1, read_pmr, write_pmr },
	{ ICC_BPR0_EL1, 1, read_bpr0, write_bpr0 },
	{ ICC_AP0R0_EL1, 4, read_ap0r, write_ap0r },
	{ ICC_AP1R0_EL1, 4, read_ap1r, write_ap1r },
	{ ICC_BPR1_EL1, 1, read_bpr1, write_bpr1 },
	{ ICC_CTLR_EL1, 1, read_ctlr, write_ctlr },
	{ ICC_SRE_EL1, 1, read_sre, write_sre },
	{ ICC_IGRPEN0_EL1, 1, read_igrpen0, write_igrpen0 },
	{ ICC_IGRPEN1_EL1, 1, read_igrpen1, write_igrpen1 },
};

/* The row of an encoding, or null. */
static const struct row *find(uint32_t sysreg)
{
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (sysreg - rows[i].sysreg < rows[i].count) {
			return &rows[i];
		}
	}
	return NULL;
}

/*
 * The registers that v5/state.c reads and writes; a VMM asks for them before
 * there is a VM.
 */
static bool v5_has(uint32_t sysreg)
{
	static const struct {
		uint32_t sysreg, count;
	} ranges[] = {
		{ ICC_PPI_ENABLER0_EL1, 2 }, { ICC_PPI_SACTIVER0_EL1, 2 },
		{ ICC_PPI_SPENDR0_EL1, 2 },  { ICC_PPI_PRIORITYR0_EL1, 16 },
		{ ICC_APR_EL1, 1 },	     { ICC_CR0_EL1, 1 },
		{ ICC_PCR_EL1, 1 },	     { ICC_ICSR_EL1, 1 },
	};

	for (uint32_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (sysreg - ranges[i].sysreg < ranges[i].count) {
			return true;
		}
	}
	return false;
}

/* A GICv2 has no system registers. */
bool vgic_uaccess_has_sysreg(enum vgic_model model, uint32_t sysreg)
{
	switch (model) {
	case VGIC_GICV3:
		return find(sysreg) != NULL;
	case VGIC_GICV5:
		return v5_has(sysreg);
	default:
		return false;
	}
}

int vgic_uaccess_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg, bool write,
			uint64_t *value)
{
	struct access a = { .vcpu = vcpu };
	const struct row *row = find(sysreg);

	if (vcpu->gic->config.model == VGIC_GICV2) {
		return VGIC_E_NOTSUP;
	}
	if (vcpu->resident) {
		return VGIC_E_BUSY;
	}
	if (vcpu->gic->v5) {
		return write ? vgic_v5_set_sysreg(vcpu, sysreg, *value) :
			       vgic_v5_get_sysreg(vcpu, sysreg, value);
	}
	if (!row) {
		return VGIC_E_NOENT;
	}
	a.n = sysreg - row->sysreg;
	if (!write) {
		return row->read(&a, value);
	}
	/*
	 * The next entry fills the list registers again, by what was written.
	 */
	vcpu->refill = true;
	return row->write(&a, *value);
}
