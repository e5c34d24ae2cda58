/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Puts the virtual machine together: memory, vCPUs, interrupt controller.  This
 * is where libvgic is embedded: what it asks of its host is host_ops, and how
 * it is configured is prepare_gic().
 */
#include "hyp/vm.h"

#include <stddef.h>

#include <vgic/its.h>

#include "hyp/arch.h"
#include "hyp/console.h"
#include "hyp/cpu.h"
#include "hyp/exec.h"
#include "hyp/fault.h"
#include "hyp/guest_fdt.h"
#include "hyp/guest_image.h"
#include "hyp/guest_map.h"
#include "hyp/guest_uart.h"
#include "hyp/heap.h"
#include "hyp/host.h"
#include "hyp/idreg.h"
#include "hyp/irq.h"
#include "hyp/mmu.h"
#include "hyp/mpidr.h"
#include "hyp/options.h"
#include "hyp/passthru.h"
#include "hyp/patch.h"
#include "hyp/platform.h"
#include "hyp/quick.h"
#include "hyp/sched.h"
#include "hyp/stage2.h"
#include "hyp/string.h"
#include "hyp/sysreg.h"
#include "hyp/vcpu.h"
#include "hyp/vtimer.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"

/*
 * vCPUs with the same Aff1: ICC_SGI1R_EL1 has 16 bits for Aff0, so larger
 * clusters would need its range selector (IHI 0069, ICC_SGI1R_EL1.RS).
 */
#define CLUSTER 16
/* Bytes to which vgic.h and backend.h want memory to be aligned. */
#define GIC_ALIGN 64
#define CPUIF_ALIGN 16

/* On a machine with GICv`n`. */
#define HW_IS_FOR(n) "on a GICv" n ", vgic.cpuif=hw is for GICv" n " guests"

/* What vm_destroy_gic() leaves. */
#define POISON 0xa5

struct vm vm;

/* vgic_host_ops.read_guest and write_guest: tables of the ITS, of GICv5. */
static int copy_from_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	const void *from = guest_ptr(ctx, ipa, len);

	if (!from) {
		return -1;
	}
	memcpy(buf, from, len);
	return 0;
}

static int copy_to_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	void *to = guest_ptr(ctx, ipa, len);

	if (!to) {
		return -1;
	}
	memcpy(to, buf, len);
	return 0;
}

/*
 * Is the physical interrupt one of the vCPU whose thread this is?  A PPI is
 * that of the CPU on which the vCPU is loaded.  One that is off and only
 * visited here (sched.c) is loaded nowhere and has none.
 */
static bool has_pintid(uint32_t pintid)
{
	return pintid >= GIC_NR_PRIVATE || !this_cpu()->sched.visiting;
}

/* vgic_host_ops: the state of the physical interrupt of a mapped one. */
static void phys_set_active(void *ctx, uint32_t pintid, bool active)
{
	(void)ctx;
	if (has_pintid(pintid)) {
		irq_set_active(pintid, active);
	}
}

static void phys_set_pending(void *ctx, uint32_t pintid, bool pending)
{
	(void)ctx;
	if (has_pintid(pintid)) {
		irq_set_pending(pintid, pending);
	}
}

/* vgic_host_ops.bug: an invariant of the library is broken. */
static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	struct vm *v = ctx;

	atomic_fetch_add(&v->counts.invariant_failures, 1);
	console_msg("vGIC invariant broken: %s, vCPU %d, INTID %d", what,
		    (int)vcpu, (int)intid);
}

static const struct vgic_host_ops host_ops = {
	.kick = sched_kick,
	.read_guest = copy_from_guest,
	.write_guest = copy_to_guest,
	.phys_set_active = phys_set_active,
	.phys_set_pending = phys_set_pending,
	.bug = bug,
};

/* Set-up alone: an error of libvgic's is one of this file. */
static void must(int error, const char *text)
{
	if (error) {
		set_up_failed(text);
	}
}

uint32_t vm_ppi(uint32_t ppi)
{
	return options.gic == VGIC_GICV5 ? GICV5_PPI(ppi) : ppi;
}

uint32_t vm_spi(uint32_t spi)
{
	return options.gic == VGIC_GICV5 ? GICV5_SPI(spi) : GIC_SPI_BASE + spi;
}

/* Where the guest finds its GIC; by enum vgic_model. */
static void place_v2(struct vm *v)
{
	must(vgic_set_dist_base(v->gic, GUEST_GICD_IPA),
	     "cannot place the distributor");
	must(vgic_set_cpu_base(v->gic, GUEST_GICC_IPA),
	     "cannot place the CPU interface");
}

static void place_v3(struct vm *v)
{
	uint32_t first = v->nr_vcpus < GUEST_GICR_FRAMES ? v->nr_vcpus :
							   GUEST_GICR_FRAMES;

	must(vgic_set_dist_base(v->gic, GUEST_GICD_IPA),
	     "cannot place the distributor");
	must(vgic_add_redist_region(v->gic, GUEST_GICR_IPA, first),
	     "cannot place the redistributors");
	if (v->nr_vcpus > first) {
		must(vgic_add_redist_region(v->gic, GUEST_GICR2_IPA,
					    v->nr_vcpus - first),
		     "cannot place the second redistributor region");
	}
	if (options.its) {
		must(vgic_set_its_base(v->gic, 0, GUEST_GITS_IPA),
		     "cannot place the ITS");
	}
}

static void place_v5(struct vm *v)
{
	must(vgic_set_irs_base(v->gic, 0, GUEST_IRS_IPA),
	     "cannot place the IRS");
}

static void (*const place[])(struct vm *v) = {
	[VGIC_GICV2] = place_v2,
	[VGIC_GICV3] = place_v3,
	[VGIC_GICV5] = place_v5,
};

/*
 * A GICv5 guest's PPIs: the two timers, which are level-sensitive, and SW_PPI,
 * which the guest itself makes pending.
 */
static const struct vgic_v5_config v5_config = {
	.cpuif = &vgic_soft_v5_backend,
	.ppi_implemented = { 1u << GICV5_PPI_SW_PPI | 1u << PPI_CNTV |
			     1u << PPI_CNTP },
	.ppi_level = { 1u << PPI_CNTV | 1u << PPI_CNTP },
	.nr_lpis = GUEST_NR_LPIS,
	.lpi_id_bits = GUEST_LPI_ID_BITS,
	.nr_irs = 1,
};

/*
 * The CPU interface in software does here what a list register's HW bit does in
 * hardware: the guest has deactivated an interrupt that is mapped to `pintid`.
 * On the vCPU's thread, so a PPI is this CPU's.
 */
static void deactivate(void *ctx, uint32_t pintid)
{
	(void)ctx;
	irq_set_active(pintid, false);
}

/* Make the CPU interface in software of one vCPU what it is after a reset. */
static void init_soft(struct vcpu *vcpu, struct vgic_cpuif_caps *caps)
{
	if (options.gic == VGIC_GICV5) {
		must(vgic_soft_v5_init(vcpu->cpuif, &v5_config,
				       (uint16_t)vcpu->index),
		     "cannot create a GICv5 CPU interface");
	} else {
		vgic_soft_init(vcpu->cpuif, options.gic == VGIC_GICV2,
			       deactivate, NULL, caps);
	}
}

/* What the machine's list registers can do, less what vgic.quirk takes. */
static void probe_ich(struct vgic_cpuif_caps *caps)
{
	vgic_ich_probe(caps);
	caps->tdir &= !options.no_tdir;
	caps->hw_deactivation &= !options.no_hw_deact;
	caps->broken_seis |= options.broken_seis;
	if (options.max_lrs && options.max_lrs < caps->nr_lrs) {
		caps->nr_lrs = (uint8_t)options.max_lrs;
	}
}

/*
 * Choose libvgic's back-end and give each vCPU its `cpuif`: with a CPU
 * interface in software, one for each vCPU; on a GICv2, GICH, which is banked
 * for each CPU; on a GICv3 null, since there they are system registers.
 */
static void create_cpuifs(struct vm *v, struct vgic_config *config)
{
	void *gich = (void *)(uintptr_t)host.gich.base;
	size_t size = options.gic == VGIC_GICV5 ? vgic_soft_v5_size() :
						  vgic_soft_size();
	uint32_t i;

	if (v->soft_cpuif) {
		config->cpuif = &vgic_soft_backend;
		for (i = 0; i < v->nr_vcpus; i++) {
			v->vcpus[i].cpuif = heap_alloc(size, CPUIF_ALIGN);
			init_soft(&v->vcpus[i], &config->caps);
		}
	} else if (host.gicv2) {
		config->cpuif = &vgic_gich_backend;
		vgic_gich_probe(gich, &config->caps);
		for (i = 0; i < v->nr_vcpus; i++) {
			v->vcpus[i].cpuif = gich;
		}
	} else {
		config->cpuif = &vgic_ich_backend;
		probe_ich(&config->caps);
	}
}

/*
 * Would a guest on this machine's CPU interface make it raise SErrors, which
 * end the run?  (struct vgic_cpuif_caps, broken_seis)
 */
static bool is_unsafe(void)
{
	struct vgic_cpuif_caps caps;

	if (host.gicv2) {
		return false;
	}
	probe_ich(&caps);
	return caps.broken_seis;
}

/*
 * Decide whether the guest's CPU interface is the machine's or in software, and
 * whether its GIC instructions have to be patched.
 */
static void choose_cpuif(struct vm *v)
{
	bool native = options.gic == (host.gicv2 ? VGIC_GICV2 : VGIC_GICV3);

	if (options.cpuif == CPUIF_HW && !native) {
		set_up_failed(host.gicv2 ? HW_IS_FOR("2") : HW_IS_FOR("3"));
	}
	if (options.cpuif == CPUIF_HW && is_unsafe()) {
		set_up_failed("vgic.cpuif=hw: this CPU's interface raises "
			      "SErrors; vgic.cpuif=soft does without");
	}
	v->soft_cpuif = !native || options.cpuif == CPUIF_SOFT || is_unsafe();
	if (options.gic == VGIC_GICV5) {
		v->patch = &patch_gicv5;
	} else if (options.gic == VGIC_GICV3 && host.gicv2) {
		v->patch = &patch_gicv3;
	} else if (options.gic == VGIC_GICV2 && !v->soft_cpuif) {
		v->gicv_pa = host.gicv.base;
	}
}

/* The configuration of the vGIC, and memory for it. */
static void prepare_gic(struct vm *v)
{
	v->gic_config = (struct vgic_config){
		.arch = vgic_arch_of(options.gic),
		.nr_vcpus = v->nr_vcpus,
		.nr_spis = GUEST_NR_SPIS,
		.nr_redist_regions = 2,
		/* Interrupts with an owner: timers, devices passed through. */
		.nr_side_entries = 2 * v->nr_vcpus + v->nr_devices,
		.v5 = v5_config,
		.its = {
			.nr_its = options.its,
			.nr_lpis = options.its ? VGIC_MAX_LPIS : 0,
		},
		.host = &host_ops,
		.host_ctx = v,
	};

	/* Choices that the guest's GIC does not have. */
	if (options.gic == VGIC_GICV2 && v->nr_vcpus > GICV2_MAX_CPUS) {
		set_up_failed("a GICv2 has no more than 8 vCPUs");
	}
	if (options.its && options.gic != VGIC_GICV3) {
		set_up_failed("vgic.its=on is for GICv3 guests");
	}
	create_cpuifs(v, &v->gic_config);
	v->gic_size = vgic_memory_size(&v->gic_config);
	v->gic_memory = heap_alloc(v->gic_size, GIC_ALIGN);
}

static void create_vcpu_gic(struct vm *v, uint32_t index)
{
	struct vcpu *vcpu = &v->vcpus[index];

	must(vgic_vcpu_create(v->gic, index,
			      options.gic == VGIC_GICV5 ? index : vcpu->mpidr,
			      vcpu->cpuif, &vcpu->vgic),
	     "cannot create a vCPU's vGIC");
	must(vtimer_init(vcpu), "cannot map the virtual timer");
}

void vm_create_gic(struct vm *v)
{
	uint32_t i;

	must(vgic_create(&v->gic_config, v->gic_memory, v->gic_size, &v->gic),
	     "cannot create the vGIC");
	place[options.gic](v);
	for (i = 0; i < v->nr_vcpus; i++) {
		create_vcpu_gic(v, i);
	}
	passthru_connect(v);
}

void vm_destroy_gic(struct vm *v)
{
	uint32_t i;

	/*
	 * vgic_create() overwrites all of the memory.  A pattern at its start
	 * shows if anything of the old vGIC is used before that.
	 */
	memset(v->gic_memory, POISON, PAGE_SIZE);
	v->gic = NULL;
	for (i = 0; i < v->nr_vcpus; i++) {
		v->vcpus[i].vgic = NULL;
		if (v->soft_cpuif) {
			init_soft(&v->vcpus[i], &v->gic_config.caps);
		}
	}
}

/* What a vCPU is; its registers come with PSCI CPU_ON. */
static void create_vcpu(struct vm *v, uint32_t index)
{
	struct vcpu *vcpu = &v->vcpus[index];

	vcpu->vm = v;
	vcpu->index = index;
	quick_allow(vcpu, true);
	vcpu->mpidr = MPIDR_RES1 | FIELD_PUT(MPIDR_Aff1, index / CLUSTER) |
		      FIELD_PUT(MPIDR_Aff0, index % CLUSTER);
}

/* Guest RAM is what vgic.mem asks for, or all from GUEST_RAM_PA on. */
static void find_ram(struct vm *v)
{
	uint64_t end = host.ram.base + host.ram.size;
	uint64_t room = end > GUEST_RAM_PA ? end - GUEST_RAM_PA : 0;

	v->ram_pa = GUEST_RAM_PA;
	/* Nobody translates the addresses that a device is given for DMA. */
	v->ram_ipa = options.pass_disks || options.pass_pci ? v->ram_pa :
							      GUEST_RAM_IPA;
	v->ram_size = options.mem_mib ? (uint64_t)options.mem_mib * MIB : room;
	if (!v->ram_size || v->ram_size > room) {
		set_up_failed("the machine has less memory than the guest");
	}
	mmu_map(v->ram_pa, v->ram_size, MMU_RAM);
}

void vm_create(struct vm *v)
{
	uint32_t i;

	v->nr_vcpus = options.vcpus;
	v->vcpus = heap_alloc(v->nr_vcpus * sizeof(*v->vcpus),
			      _Alignof(struct vcpu));
	find_ram(v);
	passthru_find(v);
	choose_cpuif(v);
	for (i = 0; i < v->nr_vcpus; i++) {
		create_vcpu(v, i);
	}
	prepare_gic(v);
	vm_create_gic(v);
	if (!options.pass_uart) {
		guest_uart_init(v);
	}
}

void vm_prepare_guest(struct vm *v)
{
	uint64_t mmfr0 = read_sysreg(id_aa64mmfr0_el1);
	const char *error = guest_image_check(v);

	if (!error) {
		error = guest_fdt_build(v);
	}
	if (v->patch) {
		exec_init(v);
		sysreg_init(v);
	}
	if (!error) {
		/* All CPUs of the machine are taken to be of one kind. */
		error = stage2_init(v, mmfr0 & ID_AA64MMFR0_PARange);
	}
	if (error) {
		set_up_failed(error);
	}
}
