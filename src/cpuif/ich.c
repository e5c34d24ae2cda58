/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv3 virtual CPU interface of the CPU this runs on.  IHI 0069 12.4.
 * Runs at EL2 with interrupts masked; nothing here decides anything.
 */
#include <vgic/backend.h>

#include "regs/ich.h"

#define read_reg(name)                                        \
	__extension__({                                       \
		uint64_t value_;                              \
		__asm__ volatile("mrs %0, " name : "=r"(value_)); \
		value_;                                       \
	})
#define write_reg(name, value)                                    \
	__asm__ volatile("msr " name ", %0" ::"r"((uint64_t)(value)))

#define AP0R(n) "S3_4_C12_C8_" #n
#define AP1R(n) "S3_4_C12_C9_" #n
#define HCR "S3_4_C12_C11_0"
#define VTR "S3_4_C12_C11_1"
#define VMCR "S3_4_C12_C11_7"

/* ICH_LR<n>_EL2: CRm 12 for n below 8, then 13.  X is applied to each. */
#define EACH_LR(X)                                                    \
	X(0, "S3_4_C12_C12_0") X(1, "S3_4_C12_C12_1")                 \
	X(2, "S3_4_C12_C12_2") X(3, "S3_4_C12_C12_3")                 \
	X(4, "S3_4_C12_C12_4") X(5, "S3_4_C12_C12_5")                 \
	X(6, "S3_4_C12_C12_6") X(7, "S3_4_C12_C12_7")                 \
	X(8, "S3_4_C12_C13_0") X(9, "S3_4_C12_C13_1")                 \
	X(10, "S3_4_C12_C13_2") X(11, "S3_4_C12_C13_3")               \
	X(12, "S3_4_C12_C13_4") X(13, "S3_4_C12_C13_5")               \
	X(14, "S3_4_C12_C13_6") X(15, "S3_4_C12_C13_7")

#define WRITE_LR(n, name)                      \
	case n:                                \
		write_reg(name, image->lr[n]); \
		break;
#define READ_LR(n, name)                      \
	case n:                               \
		image->lr[n] = read_reg(name); \
		break;

static void write_lrs(const struct vgic_ich_image *image, uint32_t which)
{
	for (; which; which &= which - 1) {
		switch (__builtin_ctz(which)) {
			EACH_LR(WRITE_LR)
		}
	}
}

static void read_lrs(struct vgic_ich_image *image, uint32_t which)
{
	for (; which; which &= which - 1) {
		switch (__builtin_ctz(which)) {
			EACH_LR(READ_LR)
		}
	}
}

/* AP<m>R1 exists from 6 preemption bits on, 2 and 3 with 7.  12.4.1 */
static void read_apr(void *hw, struct vgic_ich_image *image,
		     const struct vgic_cpuif_caps *caps)
{
	(void)hw;
	image->ap0r[0] = (uint32_t)read_reg(AP0R(0));
	image->ap1r[0] = (uint32_t)read_reg(AP1R(0));
	if (caps->pre_bits >= 6) {
		image->ap0r[1] = (uint32_t)read_reg(AP0R(1));
		image->ap1r[1] = (uint32_t)read_reg(AP1R(1));
	}
	if (caps->pre_bits >= 7) {
		image->ap0r[2] = (uint32_t)read_reg(AP0R(2));
		image->ap0r[3] = (uint32_t)read_reg(AP0R(3));
		image->ap1r[2] = (uint32_t)read_reg(AP1R(2));
		image->ap1r[3] = (uint32_t)read_reg(AP1R(3));
	}
}

static void write_apr(const struct vgic_ich_image *image,
		      const struct vgic_cpuif_caps *caps)
{
	write_reg(AP0R(0), image->ap0r[0]);
	write_reg(AP1R(0), image->ap1r[0]);
	if (caps->pre_bits >= 6) {
		write_reg(AP0R(1), image->ap0r[1]);
		write_reg(AP1R(1), image->ap1r[1]);
	}
	if (caps->pre_bits >= 7) {
		write_reg(AP0R(2), image->ap0r[2]);
		write_reg(AP0R(3), image->ap0r[3]);
		write_reg(AP1R(2), image->ap1r[2]);
		write_reg(AP1R(3), image->ap1r[3]);
	}
}

static void load(void *hw, struct vgic_ich_image *image,
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
	write_reg(VMCR, image->vmcr);
	write_reg(HCR, image->hcr);
}

static void put(void *hw, struct vgic_ich_image *image,
		const struct vgic_cpuif_caps *caps)
{
	image->vmcr = (uint32_t)read_reg(VMCR);
	read_apr(hw, image, caps);
	write_reg(HCR, 0);
}

static void enter(void *hw, struct vgic_ich_image *image)
{
	(void)hw;
	write_lrs(image, image->dirty);
	if (image->hcr_dirty) {
		write_reg(HCR, image->hcr);
	}
}

static void leave(void *hw, struct vgic_ich_image *image)
{
	(void)hw;
	image->vmcr = (uint32_t)read_reg(VMCR);
	read_lrs(image, image->used);
	if (image->hcr & ICH_HCR_EL2_LRENPIE) {
		image->hcr = (uint32_t)read_reg(HCR);
	}
}

const struct vgic_cpuif_ops vgic_ich_backend = {
	.load = load,
	.put = put,
	.enter = enter,
	.exit = leave,
	.read_apr = read_apr,
};

void vgic_ich_probe(struct vgic_cpuif_caps *caps)
{
	uint64_t vtr = read_reg(VTR);

	caps->nr_lrs = (uint8_t)(FIELD_GET(ICH_VTR_EL2_ListRegs, vtr) + 1);
	caps->pri_bits = (uint8_t)(FIELD_GET(ICH_VTR_EL2_PRIbits, vtr) + 1);
	caps->pre_bits = (uint8_t)(FIELD_GET(ICH_VTR_EL2_PREbits, vtr) + 1);
	caps->id_bits = FIELD_GET(ICH_VTR_EL2_IDbits, vtr) ? 24 : 16;
	caps->tdir = vtr & ICH_VTR_EL2_TDS;
	caps->a3v = vtr & ICH_VTR_EL2_A3V;
	/* No architecture register tells: errata tables may clear it. */
	caps->hw_deactivation = true;
}
