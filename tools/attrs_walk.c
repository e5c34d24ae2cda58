/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which attributes are the state of a GIC, in the order in which they have to
 * be restored.  GICv2 and GICv3: GICD_IIDR, CTRL_INIT, distributor and
 * redistributors, lines, CPU interfaces.  GICv5: CTRL_INIT, the IRS, CPU
 * interfaces, the IST.
 *
 * Saving asks the device which attributes it has, so one list serves machines
 * of all sizes.  Restoring goes through a list as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "attrs.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"

/* SGIs and PPIs of a vCPU.  ALL: a write to a register that clears bits. */
#define PRIVATE 32u
#define ALL UINT32_MAX

/*
 * A walk over a device: what was found so far.  After a failure the functions
 * below do nothing, so their callers need not check each one.
 */
struct walk {
	struct attrs_device device;
	struct attrs *attrs;
	struct attrs_error *error;
	bool failed;
};

static const char *errno_name(int err)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		{ VGIC_KVM_ENOENT, "ENOENT" }, { VGIC_KVM_ENXIO, "ENXIO" },
		{ VGIC_KVM_E2BIG, "E2BIG" },   { VGIC_KVM_EFAULT, "EFAULT" },
		{ VGIC_KVM_EBUSY, "EBUSY" },   { VGIC_KVM_EEXIST, "EEXIST" },
		{ VGIC_KVM_EINVAL, "EINVAL" }, { VGIC_KVM_ENOMEM, "ENOMEM" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].number == -err) {
			return names[i].name;
		}
	}
	return "error";
}

/* KVM_GET_DEVICE_ATTR into a->value. */
static int get(struct walk *w, struct attr *a)
{
	const struct vgic_kvm_device_attr attr = {
		.group = a->group,
		.attr = a->attr,
		.addr = (uintptr_t)&a->value,
	};

	a->value = 0;
	return vgic_kvm_get_attr(w->device.vm, w->device.fd, &attr);
}

/*
 * Read an attribute and append it, if the device has it: that it does not have
 * it is no error, and part of the state.
 */
static void save(struct walk *w, uint32_t group, uint64_t attr, uint32_t width)
{
	const struct vgic_kvm_device_attr has = { .group = group,
						  .attr = attr };
	struct attr a = { .group = group, .attr = attr, .width = width };
	int err;

	if (w->failed || vgic_kvm_has_attr(w->device.vm, w->device.fd, &has)) {
		return;
	}
	err = get(w, &a);
	/* EINVAL: an active priorities register that this VM does not need. */
	if (!err) {
		attrs_add(w->attrs, &a);
	} else if (group != VGIC_KVM_GRP_CPU_SYSREGS ||
		   err != -VGIC_KVM_EINVAL) {
		snprintf(w->error->text, sizeof(w->error->text),
			 "group %u, attribute 0x%llx: %s", group,
			 (unsigned long long)attr, errno_name(err));
		w->failed = true;
	}
}

/*
 * Append an attribute that is not read, but has to be written when the state is
 * restored.
 */
static void say(struct walk *w, uint32_t group, uint64_t attr, uint32_t width,
		uint64_t value)
{
	const struct attr a = {
		.group = group, .attr = attr, .width = width, .value = value
	};

	if (!w->failed) {
		attrs_add(w->attrs, &a);
	}
}

/* An array of registers with `bits` bits for each interrupt. */
struct bank {
	uint32_t offset;
	uint32_t bits;
	/*
	 * The array that clears bits, if a write of `offset` only sets them;
	 * else 0.  Restored first, so that bits which are 0 in the state become
	 * 0.
	 */
	uint32_t clear;
};

/* In the order in which they are restored: configuration first, then state. */
static const struct bank banks[] = {
	{ GICD_IGROUPR, 1, 0 },
	{ GICD_ICFGR, 2, 0 },
	{ GICD_IPRIORITYR, 8, 0 },
	{ GICD_ISENABLER, 1, GICD_ICENABLER },
	{ GICD_ISACTIVER, 1, GICD_ICACTIVER },
	{ GICD_ISPENDR, 1, GICD_ICPENDR },
};
static const struct bank v2_targets = { GICD_ITARGETSR, 8, 0 };
static const struct bank v3_routes = { GICD_IROUTER, 64, 0 };

/* The registers of interrupts `first` to `end` - 1, four bytes at a time. */
static void save_bank(struct walk *w, uint32_t group, uint64_t base,
		      const struct bank *bank, uint32_t first, uint32_t end)
{
	uint32_t at = first * bank->bits / 8;
	uint32_t stop = (end * bank->bits + 7) / 8;

	for (; at < stop; at += 4) {
		if (bank->clear) {
			say(w, group, base + bank->clear + at, 4, ALL);
		}
		save(w, group, base + bank->offset + at, 4);
	}
}

static void save_banks(struct walk *w, uint32_t group, uint64_t base,
		       uint32_t first, uint32_t end)
{
	for (size_t i = 0; i < sizeof(banks) / sizeof(banks[0]); i++) {
		save_bank(w, group, base, &banks[i], first, end);
	}
}

static void save_list(struct walk *w, uint32_t group, uint64_t base,
		      uint32_t width, const uint32_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		save(w, group, base + list[i], width);
	}
}

#define SAVE_LIST(w, group, base, width, list) \
	save_list(w, group, base, width, list, sizeof(list) / sizeof(list[0]))

/*
 * GICD_IIDR comes before CTRL_INIT: its revision decides what other registers
 * mean.
 */
static void save_start(struct walk *w, uint32_t nr_irqs)
{
	say(w, VGIC_KVM_GRP_NR_IRQS, 0, 4, nr_irqs);
	/* Its revision decides what others mean. */
	save(w, VGIC_KVM_GRP_DIST_REGS, GICD_IIDR, 4);
	say(w, VGIC_KVM_GRP_CTRL, VGIC_KVM_CTRL_INIT, 0, 0);
}

static void save_v2(struct walk *w, const struct attrs_machine *m)
{
	static const uint32_t cpu[] = { GICC_CTLR, GICC_PMR, GICC_BPR,
					GICC_ABPR, GICC_APR };
	const uint32_t group = VGIC_KVM_GRP_DIST_REGS;

	save_start(w, m->nr_irqs);
	save(w, group, GICD_CTLR, 4);
	for (uint32_t i = 0; i < m->nr_vcpus; i++) {
		uint64_t base = (uint64_t)m->vcpus[i].id
				<< VGIC_KVM_ATTR_CPUID_SHIFT;

		save_banks(w, group, base, 0, PRIVATE);
		for (uint32_t at = 0; at < 16; at += 4) {
			save(w, group, base + GICD_SPENDSGIR + at, 4);
		}
		SAVE_LIST(w, VGIC_KVM_GRP_CPU_REGS, base, 4, cpu);
	}
	save_banks(w, group, 0, PRIVATE, m->nr_irqs);
	save_bank(w, group, 0, &v2_targets, PRIVATE, m->nr_irqs);
}

/* Where the tables are comes before GICR_CTLR, whose EnableLPIs fixes that. */
static void save_redist(struct walk *w, uint64_t base)
{
	static const uint32_t rd[] = {
		GICR_STATUSR,	    GICR_WAKER,	    GICR_PROPBASER,
		GICR_PROPBASER + 4, GICR_PENDBASER, GICR_PENDBASER + 4,
		GICR_CTLR,
	};

	SAVE_LIST(w, VGIC_KVM_GRP_REDIST_REGS, base, 4, rd);
	save_banks(w, VGIC_KVM_GRP_REDIST_REGS, base + GICR_SGI_BASE, 0,
		   PRIVATE);
}

static void save_cpu_v3(struct walk *w, uint64_t base)
{
	/*
	 * ICC_CTLR_EL1 comes before BPR1: with its CBPR = 1 writes of BPR1 are
	 * ignored.
	 */
	static const uint32_t regs[] = {
		ICC_SRE_EL1,	   ICC_CTLR_EL1,      ICC_PMR_EL1,
		ICC_BPR0_EL1,	   ICC_BPR1_EL1,      ICC_AP0R0_EL1,
		ICC_AP0R0_EL1 + 1, ICC_AP0R0_EL1 + 2, ICC_AP0R0_EL1 + 3,
		ICC_AP1R0_EL1,	   ICC_AP1R0_EL1 + 1, ICC_AP1R0_EL1 + 2,
		ICC_AP1R0_EL1 + 3, ICC_IGRPEN0_EL1,   ICC_IGRPEN1_EL1,
	};

	SAVE_LIST(w, VGIC_KVM_GRP_CPU_SYSREGS, base, 8, regs);
}

/*
 * The routes of SPIs come before their pending state.  LEVEL_INFO of the
 * private interrupts is each vCPU's, that of the SPIs the VM's.
 */
static void save_v3(struct walk *w, const struct attrs_machine *m)
{
	const uint32_t group = VGIC_KVM_GRP_DIST_REGS;

	save_start(w, m->nr_irqs);
	for (uint32_t i = 0; i < m->nr_vcpus; i++) {
		save_redist(w, (uint64_t)m->vcpus[i].mpidr
				       << VGIC_KVM_ATTR_MPIDR_SHIFT);
	}
	save(w, group, GICD_STATUSR, 4);
	save(w, group, GICD_CTLR, 4);
	save_bank(w, group, 0, &v3_routes, PRIVATE, m->nr_irqs);
	save_banks(w, group, 0, PRIVATE, m->nr_irqs);
	for (uint32_t i = 0; i < m->nr_vcpus; i++) {
		uint64_t base = (uint64_t)m->vcpus[i].mpidr
				<< VGIC_KVM_ATTR_MPIDR_SHIFT;

		save(w, VGIC_KVM_GRP_LEVEL_INFO, base, 4);
		for (uint32_t n = PRIVATE; i == 0 && n < m->nr_irqs; n += 32) {
			save(w, VGIC_KVM_GRP_LEVEL_INFO, base + n, 4);
		}
		save_cpu_v3(w, base);
	}
}

/*
 * How many LPIs the guest's table has: IRS_IST_CFGR says how many bits their
 * IDs have, within the limits of IRS_IDR2; none if IRS_IST_BASER is not valid.
 */
static uint32_t count_lpis(struct walk *w)
{
	struct attr base = { .group = VGIC_KVM_GRP_IRS_REGS,
			     .attr = IRS_IST_BASER };
	struct attr cfgr = { .group = VGIC_KVM_GRP_IRS_REGS,
			     .attr = IRS_IST_CFGR };
	struct attr idr2 = { .group = VGIC_KVM_GRP_IRS_REGS, .attr = IRS_IDR2 };
	uint32_t bits, least, most;

	if (get(w, &base) || get(w, &cfgr) || get(w, &idr2) ||
	    !(base.value & IRS_IST_BASER_VALID)) {
		return 0;
	}
	bits = (uint32_t)FIELD_GET(IRS_IST_CFGR_LPI_ID_BITS, cfgr.value);
	least = (uint32_t)FIELD_GET(IRS_IDR2_MIN_LPI_ID_BITS, idr2.value);
	most = (uint32_t)FIELD_GET(IRS_IDR2_ID_BITS, idr2.value);
	bits = bits < least ? least : bits;
	return 1u << (bits > most ? most : bits);
}

/* Both images at once, as group IST wants them. */
static int access_ist(struct attrs_device device, const struct attr *a,
		      bool write)
{
	const struct vgic_kvm_ist ist = {
		.spi_ist_addr = (uintptr_t)a->image,
		.spi_ist_size = 4ull * a->nr_spis,
		.lpi_ist_addr =
			a->nr_lpis ? (uintptr_t)(a->image + a->nr_spis) : 0,
		.lpi_ist_size = 4ull * a->nr_lpis,
	};
	const struct vgic_kvm_device_attr attr = {
		.group = VGIC_KVM_GRP_IST,
		.attr = a->attr,
		.addr = (uintptr_t)&ist,
	};

	return write ? vgic_kvm_set_attr(device.vm, device.fd, &attr) :
		       vgic_kvm_get_attr(device.vm, device.fd, &attr);
}

/* One more element than needed: calloc() of nothing may return null. */
static void save_ist(struct walk *w, uint32_t nr_spis)
{
	struct attr a = { .group = VGIC_KVM_GRP_IST,
			  .nr_spis = nr_spis,
			  .nr_lpis = count_lpis(w) };
	int err;

	if (w->failed) {
		return;
	}
	a.image = calloc((size_t)a.nr_spis + a.nr_lpis + 1, 4);
	if (!a.image) {
		abort();
	}
	err = access_ist(w->device, &a, false);
	attrs_add(w->attrs, &a);
	if (err) {
		snprintf(w->error->text, sizeof(w->error->text),
			 "group IST: %s", errno_name(err));
		w->failed = true;
	}
}

/*
 * IRS_IST_CFGR comes before IRS_IST_BASER, which makes the table by it, and
 * IRS_CR0 last, which enables the IRS.
 */
static void save_v5(struct walk *w, const struct attrs_machine *m)
{
	static const uint32_t irs[] = {
		IRS_IDR0,    IRS_IDR1,	   IRS_IDR2,	  IRS_IDR5,
		IRS_IDR6,    IRS_IDR7,	   IRS_CR1,	  IRS_SPI_SELR,
		IRS_PE_SELR, IRS_IST_CFGR, IRS_IST_BASER, IRS_CR0,
	};
	static const uint32_t cpu[] = {
		ICC_PPI_ENABLER0_EL1,  ICC_PPI_ENABLER1_EL1,
		ICC_PPI_SACTIVER0_EL1, ICC_PPI_SACTIVER1_EL1,
		ICC_PPI_SPENDR0_EL1,   ICC_PPI_SPENDR1_EL1,
		ICC_APR_EL1,	       ICC_CR0_EL1,
		ICC_PCR_EL1,	       ICC_ICSR_EL1,
	};

	say(w, VGIC_KVM_GRP_NR_IRQS, 0, 4, m->nr_irqs);
	say(w, VGIC_KVM_GRP_CTRL, VGIC_KVM_CTRL_INIT, 0, 0);
	SAVE_LIST(w, VGIC_KVM_GRP_IRS_REGS, 0, 8, irs);
	for (uint32_t i = 0; i < m->nr_vcpus; i++) {
		uint64_t base = (uint64_t)m->vcpus[i].mpidr
				<< VGIC_KVM_ATTR_MPIDR_SHIFT;

		SAVE_LIST(w, VGIC_KVM_GRP_CPU_SYSREGS, base, 8, cpu);
		for (uint32_t n = 0; n < 16; n++) {
			save(w, VGIC_KVM_GRP_CPU_SYSREGS,
			     base + ICC_PPI_PRIORITYR_EL1(n), 8);
		}
	}
	save_ist(w, m->nr_irqs);
}

bool attrs_save(struct attrs_device device, struct attrs *attrs,
		struct attrs_error *error)
{
	struct walk w = { .device = device, .attrs = attrs, .error = error };
	const struct attrs_machine *m = &attrs->machine;

	switch (m->model) {
	case VGIC_GICV2:
		save_v2(&w, m);
		break;
	case VGIC_GICV5:
		save_v5(&w, m);
		break;
	default:
		save_v3(&w, m);
		break;
	}
	if (w.failed) {
		attrs_free(attrs);
	}
	return !w.failed;
}

/* Write one attribute to the device. */
static int restore(struct attrs_device device, const struct attr *a)
{
	const uint64_t value = a->value;
	const struct vgic_kvm_device_attr attr = {
		.group = a->group,
		.attr = a->attr,
		.addr = a->width ? (uintptr_t)&value : 0,
	};
	int err;

	if (a->group == VGIC_KVM_GRP_IST) {
		return access_ist(device, a, true);
	}
	err = vgic_kvm_set_attr(device.vm, device.fd, &attr);
	/* attrs_vm_new() has set the number, and the list may set it again. */
	return a->group == VGIC_KVM_GRP_NR_IRQS && err == -VGIC_KVM_EBUSY ? 0 :
									    err;
}

/*
 * Bytes of the values of a group: an attribute of another width would have the
 * device read beyond the value.
 */
static uint32_t width_of(uint32_t group)
{
	static const uint8_t widths[] = {
		[VGIC_KVM_GRP_ADDR] = 8,	[VGIC_KVM_GRP_DIST_REGS] = 4,
		[VGIC_KVM_GRP_CPU_REGS] = 4,	[VGIC_KVM_GRP_NR_IRQS] = 4,
		[VGIC_KVM_GRP_CTRL] = 0,	[VGIC_KVM_GRP_REDIST_REGS] = 4,
		[VGIC_KVM_GRP_CPU_SYSREGS] = 8, [VGIC_KVM_GRP_LEVEL_INFO] = 4,
		[VGIC_KVM_GRP_ITS_REGS] = 8,	[VGIC_KVM_GRP_MAINT_IRQ] = 4,
		[VGIC_KVM_GRP_IRS_REGS] = 8,	[VGIC_KVM_GRP_IST] = 0,
	};

	return group < sizeof(widths) ? widths[group] : 0;
}

bool attrs_load(struct attrs_device device, const struct attrs *attrs,
		struct attrs_error *error)
{
	for (size_t i = 0; i < attrs->nr; i++) {
		const struct attr *a = &attrs->list[i];
		int err;

		/*
		 * Where frames are belongs to the machine, not to the GIC's
		 * state.
		 */
		if (a->group == VGIC_KVM_GRP_ADDR) {
			continue;
		}
		if (a->width != width_of(a->group)) {
			snprintf(error->text, sizeof(error->text),
				 "line %u: the width of group %u is %u, "
				 "not %u",
				 a->line, a->group, width_of(a->group),
				 a->width);
			return false;
		}
		err = restore(device, a);
		if (err) {
			snprintf(error->text, sizeof(error->text),
				 "line %u: group %u, attribute 0x%llx, value "
				 "0x%llx: %s",
				 a->line, a->group, (unsigned long long)a->attr,
				 (unsigned long long)a->value, errno_name(err));
			return false;
		}
	}
	return true;
}
