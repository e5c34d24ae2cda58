/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library's GICH back-end, with GICH as plain memory that is exchanged
 * with the model before and after each call.  IHI 0048 5.3
 */
#include "model/ich.h"
#include "regs/gicv2.h"
#include "regs/ich.h"
#include "tests/machine/backend.h"

static uint32_t *reg(struct backend_cpu *cpu, uint32_t offset)
{
	return &cpu->gich[offset / sizeof(uint32_t)];
}

/* A list register's bits, lowest first: where in GICH_LR, where in ICH_LR. */
static const struct {
	uint8_t gich, ich, width;
	/* With HW set, without it, or both. */
	bool hw, sw;
} fields[] = {
	{ 0, 0, 10, true, true },    /* VirtualID */
	{ 10, 32, 10, true, false }, /* PhysicalID */
	{ 10, 10, 3, false, true },  /* CPUID */
	{ 19, 41, 1, false, true },  /* EOI */
	{ 23, 51, 5, true, true },   /* Priority */
	{ 28, 62, 2, true, true },   /* State */
	{ 30, 60, 1, true, true },   /* Grp1 */
	{ 31, 61, 1, true, true },   /* HW */
};

#define NR_FIELDS (sizeof(fields) / sizeof(fields[0]))

static uint64_t ones(unsigned int width)
{
	return (UINT64_C(1) << width) - 1;
}

static uint64_t lr_of_gich(uint32_t word)
{
	const bool hw = word & GICH_LR_HW;
	uint64_t lr = 0;
	size_t i;

	for (i = 0; i < NR_FIELDS; i++) {
		if (hw ? fields[i].hw : fields[i].sw) {
			lr |= (word >> fields[i].gich & ones(fields[i].width))
			      << fields[i].ich;
		}
	}
	return lr;
}

static uint32_t gich_of_lr(uint64_t lr)
{
	const bool hw = lr & ICH_LR_EL2_HW;
	uint32_t word = 0;
	size_t i;

	for (i = 0; i < NR_FIELDS; i++) {
		if (hw ? fields[i].hw : fields[i].sw) {
			word |= (uint32_t)(lr >> fields[i].ich &
					   ones(fields[i].width))
				<< fields[i].gich;
		}
	}
	return word;
}

/* There is one GICH_APR for both groups. */
static void show(struct backend_cpu *cpu)
{
	struct model_vcpuif *m = &cpu->model;
	unsigned int n;

	*reg(cpu, GICH_HCR) = m->hcr;
	*reg(cpu, GICH_VMCR) = m->vmcr;
	*reg(cpu, GICH_APR) = m->ap0r[0] | m->ap1r[0];
	for (n = 0; n < m->config.nr_lrs; n++) {
		*reg(cpu, GICH_LR0 + 4 * n) = gich_of_lr(m->lr[n]);
	}
}

static void set(struct model_vcpuif *m, uint32_t enc, uint64_t value)
{
	(void)vgic_model_ich_write(m, enc, value);
}

static void take(struct backend_cpu *cpu)
{
	struct model_vcpuif *m = &cpu->model;
	unsigned int n;

	set(m, ICH_HCR_EL2, *reg(cpu, GICH_HCR));
	set(m, ICH_VMCR_EL2, *reg(cpu, GICH_VMCR));
	if (*reg(cpu, GICH_APR) != (m->ap0r[0] | m->ap1r[0])) {
		m->ap0r[0] = *reg(cpu, GICH_APR);
		m->ap1r[0] = 0;
	}
	for (n = 0; n < m->config.nr_lrs; n++) {
		set(m, ICH_LR0_EL2 + n,
		    lr_of_gich(*reg(cpu, GICH_LR0 + 4 * n)));
	}
}

static void gich_load(void *hw, struct vgic_ich_image *image,
		      const struct vgic_cpuif_caps *caps)
{
	struct backend_cpu *cpu = hw;

	vgic_gich_backend.load(cpu->gich, image, caps);
	take(cpu);
}

static void gich_put(void *hw, struct vgic_ich_image *image,
		     const struct vgic_cpuif_caps *caps)
{
	struct backend_cpu *cpu = hw;

	show(cpu);
	vgic_gich_backend.put(cpu->gich, image, caps);
	take(cpu);
}

static void gich_enter(void *hw, struct vgic_ich_image *image)
{
	struct backend_cpu *cpu = hw;

	show(cpu);
	vgic_gich_backend.enter(cpu->gich, image);
	take(cpu);
}

static void gich_exit(void *hw, struct vgic_ich_image *image)
{
	struct backend_cpu *cpu = hw;

	show(cpu);
	vgic_gich_backend.exit(cpu->gich, image);
}

static void gich_read_apr(void *hw, struct vgic_ich_image *image,
			  const struct vgic_cpuif_caps *caps)
{
	struct backend_cpu *cpu = hw;

	show(cpu);
	vgic_gich_backend.read_apr(cpu->gich, image, caps);
}

const struct vgic_cpuif_ops gich_ops = {
	.load = gich_load,
	.put = gich_put,
	.enter = gich_enter,
	.exit = gich_exit,
	.read_apr = gich_read_apr,
};
