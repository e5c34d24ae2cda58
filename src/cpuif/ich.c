/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Back-end for the GICv3 virtual CPU interface of the CPU that this code runs
 * on: ICH_*_EL2.  IHI 0069 12.4
 *
 * It moves values between the registers and the library's image; lr.c decides
 * what they are.  Runs at EL2 with interrupts masked.  It has no barriers: the
 * exception return to the guest and the exception that ends the guest's run
 * both synchronise the context, so writes take effect before guest code and
 * reads see what it did.
 */
#include <vgic/backend.h>

#include "cpuif/el2.h"
#include "cpuif/ich.h"
#include "regs/a64.h"
#include "regs/ich.h"

/*
 * MRS and MSR encode the register's number, so each number needs an instruction
 * of its own.  EACH_LR(X) expands X for each ICH_LR<n>_EL2.
 */
/* clang-format off */
#define EACH_LR(X)                                                    \
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)                       \
	X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
/* clang-format on */

#define WRITE_LR(n) \
	case n: \
		vgic_msr(ICH_LR0_EL2 + (n), image->lr[n]); \
		break;
#define READ_LR(n) \
	case n: \
		image->lr[n] = vgic_mrs(ICH_LR0_EL2 + (n)); \
		break;

/*
 * `which`: a bit for each list register to write.  A switch inside a loop, so
 * that registers that did not change cost nothing.
 */
static inline void write_lrs(const struct vgic_ich_image *image, uint32_t which)
{
	for (; which; which &= which - 1) {
		switch (__builtin_ctz(which)) {
			EACH_LR(WRITE_LR)
		default:
			break;
		}
	}
}

/* NOLINTNEXTLINE(readability-function-size): the nesting is vgic_mrs()'s. */
static inline void read_lrs(struct vgic_ich_image *image, uint32_t which)
{
	for (; which; which &= which - 1) {
		switch (__builtin_ctz(which)) {
			EACH_LR(READ_LR)
		default:
			break;
		}
	}
}

/*
 * The number of active priorities registers follows from the preemption bits:
 * one of each group for 5, two for 6, four for 7.  The others do not exist: an
 * access is UNDEFINED.
 */
void vgic_ich_read_apr(void *hw, struct vgic_ich_image *image,
		       const struct vgic_cpuif_caps *caps)
{
	(void)hw;
	image->ap0r[0] = (uint32_t)vgic_mrs(ICH_AP0R0_EL2);
	image->ap1r[0] = (uint32_t)vgic_mrs(ICH_AP1R0_EL2);
	if (caps->pre_bits >= 6) {
		image->ap0r[1] = (uint32_t)vgic_mrs(ICH_AP0R0_EL2 + 1);
		image->ap1r[1] = (uint32_t)vgic_mrs(ICH_AP1R0_EL2 + 1);
	}
	if (caps->pre_bits >= 7) {
		image->ap0r[2] = (uint32_t)vgic_mrs(ICH_AP0R0_EL2 + 2);
		image->ap0r[3] = (uint32_t)vgic_mrs(ICH_AP0R0_EL2 + 3);
		image->ap1r[2] = (uint32_t)vgic_mrs(ICH_AP1R0_EL2 + 2);
		image->ap1r[3] = (uint32_t)vgic_mrs(ICH_AP1R0_EL2 + 3);
	}
}

static void write_apr(const struct vgic_ich_image *image,
		      const struct vgic_cpuif_caps *caps)
{
	vgic_msr(ICH_AP0R0_EL2, image->ap0r[0]);
	vgic_msr(ICH_AP1R0_EL2, image->ap1r[0]);
	if (caps->pre_bits >= 6) {
		vgic_msr(ICH_AP0R0_EL2 + 1, image->ap0r[1]);
		vgic_msr(ICH_AP1R0_EL2 + 1, image->ap1r[1]);
	}
	if (caps->pre_bits >= 7) {
		vgic_msr(ICH_AP0R0_EL2 + 2, image->ap0r[2]);
		vgic_msr(ICH_AP0R0_EL2 + 3, image->ap0r[3]);
		vgic_msr(ICH_AP1R0_EL2 + 2, image->ap1r[2]);
		vgic_msr(ICH_AP1R0_EL2 + 3, image->ap1r[3]);
	}
}

/*
 * Empty list registers are cleared: a former vCPU's interrupts may be there.
 * ICH_HCR_EL2 comes last, because it turns the interface on.
 */
void vgic_ich_load(void *hw, struct vgic_ich_image *image,
		   const struct vgic_cpuif_caps *caps)
{
	uint32_t all = (1u << caps->nr_lrs) - 1;

	(void)hw;
	for (uint32_t n = 0; n < caps->nr_lrs; n++) {
		if (!(image->used & (1u << n))) {
			image->lr[n] = 0;
		}
	}
	write_lrs(image, all);
	write_apr(image, caps);
	vgic_msr(ICH_VMCR_EL2, image->vmcr);
	vgic_msr(ICH_HCR_EL2, image->hcr);
}

/*
 * The list registers were read by vgic_ich_exit().  With En = 0 the interface
 * signals nothing to whatever runs next on this CPU.
 */
void vgic_ich_put(void *hw, struct vgic_ich_image *image,
		  const struct vgic_cpuif_caps *caps)
{
	image->vmcr = (uint32_t)vgic_mrs(ICH_VMCR_EL2);
	vgic_ich_read_apr(hw, image, caps);
	vgic_msr(ICH_HCR_EL2, 0);
}

/* Only what changed is written: these accesses are slow. */
void vgic_ich_enter(void *hw, struct vgic_ich_image *image)
{
	(void)hw;
	write_lrs(image, image->dirty);
	if (image->vmcr_dirty) {
		vgic_msr(ICH_VMCR_EL2, image->vmcr);
	}
	if (image->hcr_dirty) {
		vgic_msr(ICH_HCR_EL2, image->hcr);
	}
}

/*
 * Only list registers in use are read.  EOIcount is needed only while there are
 * active interrupts without a list register, which is when LRENPIE is set.
 */
void vgic_ich_exit(void *hw, struct vgic_ich_image *image)
{
	(void)hw;
	image->vmcr = (uint32_t)vgic_mrs(ICH_VMCR_EL2);
	read_lrs(image, image->used);
	if (image->hcr & ICH_HCR_EL2_LRENPIE) {
		image->hcr = (uint32_t)vgic_mrs(ICH_HCR_EL2);
	}
}

const struct vgic_cpuif_ops vgic_ich_backend = {
	.load = vgic_ich_load,
	.put = vgic_ich_put,
	.enter = vgic_ich_enter,
	.exit = vgic_ich_exit,
	.read_apr = vgic_ich_read_apr,
};

/*
 * Is this an Apple M1 or M2?  There an SError that the guest provokes from the
 * virtual CPU interface (SEIS) is taken by the host.  Told by Implementer and
 * PartNum of MIDR_EL1; all variants and revisions are affected.
 */
static bool has_broken_seis(uint64_t midr)
{
	static const uint16_t parts[] = {
		0x22, 0x23, 0x24, 0x25, 0x28, 0x29, /* M1, Pro, Max */
		0x32, 0x33, 0x34, 0x35, 0x38, 0x39, /* M2, Pro, Max */
	};

	if (FIELD_GET(MIDR_EL1_Implementer, midr) != MIDR_IMPLEMENTER_APPLE) {
		return false;
	}
	for (uint32_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (FIELD_GET(MIDR_EL1_PartNum, midr) == parts[i]) {
			return true;
		}
	}
	return false;
}

void vgic_ich_probe(struct vgic_cpuif_caps *caps)
{
	uint64_t vtr = vgic_mrs(ICH_VTR_EL2);

	caps->nr_lrs = (uint8_t)(FIELD_GET(ICH_VTR_EL2_ListRegs, vtr) + 1);
	caps->pri_bits = (uint8_t)(FIELD_GET(ICH_VTR_EL2_PRIbits, vtr) + 1);
	caps->pre_bits = (uint8_t)(FIELD_GET(ICH_VTR_EL2_PREbits, vtr) + 1);
	caps->id_bits = FIELD_GET(ICH_VTR_EL2_IDbits, vtr) ? 24 : 16;
	caps->tdir = vtr & ICH_VTR_EL2_TDS;
	caps->a3v = vtr & ICH_VTR_EL2_A3V;
	caps->seis = vtr & ICH_VTR_EL2_SEIS;
	caps->broken_seis = caps->seis && has_broken_seis(vgic_mrs(MIDR_EL1));
	caps->seis &= !caps->broken_seis;
	/*
	 * No register tells CPUs whose HW bit does not work; the embedder
	 * clears this for them (struct vgic_cpuif_caps).
	 */
	caps->hw_deactivation = true;
}
