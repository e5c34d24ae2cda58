/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv3 with 512 vCPUs and 988 SPIs; a GICv2 with 8. */
#include "bench/latency/worst.h"

#include "regs/gicv2.h"
#include "regs/gicv3.h"

#define DIST UINT64_C(0x08000000)
#define CPUIF UINT64_C(0x08010000)
#define REDIST UINT64_C(0x10000000)
#define FIRST 32u
#define NR_SPIS 988u
#define LAST (FIRST + NR_SPIS)

static bool gicv2;
static uint32_t nr_vcpus;

/* All registers of an array that has a bit for each interrupt. */
static void each_word(uint32_t vcpu, uint32_t array, uint32_t value)
{
	for (uint32_t i = FIRST / 32; i <= LAST / 32; i++) {
		store(vcpu, DIST + array + 4 * i, 4, value);
	}
}

static void route_all(uint64_t route)
{
	for (uint32_t i = FIRST; i < LAST; i++) {
		if (gicv2) {
			store(1, DIST + GICD_ITARGETSR + i, 1, route ? 2 : 1);
		} else {
			store(1, DIST + GICD_IROUTER + 8 * i, 8, route);
		}
	}
}

static void open_cpuif(uint32_t vcpu, bool split)
{
	if (gicv2) {
		store(vcpu, CPUIF + GICC_PMR, 4, 0xff);
		store(vcpu, CPUIF + GICC_CTLR, 4,
		      GICC_CTLR_EnableGrp0 | GICC_CTLR_EnableGrp1 |
			      GICC_CTLR_AckCtl |
			      (split ? GICC_CTLR_EOImode : 0));
		return;
	}
	write_sys(vcpu, ICC_PMR_EL1, 0xff);
	write_sys(vcpu, ICC_CTLR_EL1, split ? ICC_CTLR_EL1_EOImode : 0);
	write_sys(vcpu, ICC_IGRPEN1_EL1, 1);
}

static void configure(void)
{
	store(1, DIST + GICD_CTLR, 4,
	      GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1 |
		      (gicv2 ? 0 : GICD_CTLR_ARE));
	for (uint32_t i = FIRST; i < LAST; i++) {
		store(1, DIST + GICD_IPRIORITYR + i, 1, 0xa0);
	}
	for (uint32_t i = FIRST / 16; i <= LAST / 16; i++) {
		store(1, DIST + GICD_ICFGR + 4 * i, 4, 0xaaaaaaaa);
	}
	each_word(1, GICD_ISENABLER, ~0u);
	open_cpuif(0, true);
	open_cpuif(1, false);
}

static void inject_all(void)
{
	for (uint32_t i = FIRST; i < LAST; i++) {
		inject(0, i, true);
	}
}

static void post_all(void)
{
	inject_all();
	settle(0);
	each_word(1, GICD_ISPENDR, ~0u);
	settle(0);
}

static void move_priorities(void)
{
	for (uint32_t n = 0; n < 4; n++) {
		for (uint32_t i = FIRST; i + 8 <= LAST; i += 4) {
			store(1, DIST + GICD_IPRIORITYR + i, 4,
			      n % 2 ? 0xa0a0a0a0 : 0xb0b0b0b0);
		}
		settle(0);
	}
}

static void disable_queued(void)
{
	each_word(1, GICD_ICENABLER, ~0u);
	settle(0);
	each_word(1, GICD_ISENABLER, ~0u);
	settle(0);
	each_word(1, GICD_ICPENDR, ~0u);
	settle(0);
	post_all();
}

static void close_groups(void)
{
	for (uint32_t n = 0; n < 4; n++) {
		store(1, DIST + GICD_CTLR, 4,
		      (n % 2 ? 3 : 0) | (gicv2 ? 0 : GICD_CTLR_ARE));
		settle(0);
	}
	each_word(1, GICD_IGROUPR, 0x55555555);
	settle(0);
	each_word(1, GICD_IGROUPR, ~0u);
	settle(0);
}

static void route_away(void)
{
	route_all(1);
	settle(0);
	settle(1);
	route_all(0);
	settle(1);
	settle(0);
}

static uint32_t take(uint32_t vcpu)
{
	return gicv2 ? (uint32_t)load(vcpu, CPUIF + GICC_IAR, 4) :
		       (uint32_t)read_sys(vcpu, ICC_IAR1_EL1);
}

static void drop(uint32_t vcpu, uint32_t intid)
{
	if (gicv2) {
		store(vcpu, CPUIF + GICC_EOIR, 4, intid);
	} else {
		write_sys(vcpu, ICC_EOIR1_EL1, intid);
	}
}

/* With EOImode 1 nothing keeps a guest from having all of them active. */
static void make_active(void)
{
	uint32_t intid;

	while ((intid = take(0)) < GIC_SPI_END) {
		drop(0, intid);
	}
	settle(0);
	vgic_load(vcpus[0]);
	vgic_put_wfi(vcpus[0]);
}

static void end_active(void)
{
	inject_all();
	settle(0);
	for (uint32_t i = 0; i <= LAST / 32; i++) {
		(void)load(1, DIST + GICD_ISACTIVER + 4 * i, 4);
		(void)load(1, DIST + GICD_ISPENDR + 4 * i, 4);
	}
	each_word(1, GICD_ICACTIVER, ~0u);
	settle(0);
	each_word(1, GICD_ISACTIVER, ~0u);
	settle(0);
}

static void reset_vcpu(void)
{
	vgic_vcpu_reset(vcpus[0], true);
	settle(0);
	each_word(1, GICD_ICACTIVER, ~0u);
	open_cpuif(0, true);
	settle(0);
}

static const struct worst both[] = {
	{ "all SPIs at once", post_all },
	{ "priorities of all change", move_priorities },
	{ "all disabled and enabled", disable_queued },
	{ "groups close and open", close_groups },
	{ "all routed away", route_away },
	{ "all active", make_active },
	{ "all active ones end", end_active },
	{ "a vCPU is reset", reset_vcpu },
};

/*
 * 1-of-N while every vCPU is asleep (GICR_WAKER): each search for a vCPU that
 * could take the SPI looks at all vCPUs and finds none.
 */
static void one_of_n(void)
{
	each_word(1, GICD_ISENABLER, 0);
	for (uint32_t v = 0; v < nr_vcpus; v++) {
		store(1, REDIST + v * UINT64_C(0x20000) + GICR_WAKER, 4,
		      GICR_WAKER_ProcessorSleep);
	}
	route_all(GICD_IROUTER_IRM);
	inject_all();
	each_word(1, GICD_ICENABLER, ~0u);
	each_word(1, GICD_ISENABLER, ~0u);
	each_word(1, GICD_ISPENDR, ~0u);
	each_word(1, GICD_IGROUPR, 0);
	each_word(1, GICD_IGROUPR, ~0u);
}

/*
 * One vCPU after the other wakes and goes to sleep again.  Each time all SPIs
 * that are 1-of-N have to be given to another vCPU.
 */
static void take_part(void)
{
	for (uint32_t n = 0; n < 4; n++) {
		uint64_t frame = REDIST + n * UINT64_C(0x20000);

		store(1, frame + GICR_WAKER, 4, 0);
		settle(n);
		store(1, frame + GICR_WAKER, 4, GICR_WAKER_ProcessorSleep);
		settle(n);
	}
	route_all(0);
	settle(0);
}

static void send_to_all(void)
{
	for (uint32_t i = 0; i < 16; i++) {
		write_sys(1, ICC_SGI1R_EL1,
			  FIELD_PUT(ICC_SGIR_INTID, i) |
				  FIELD_PUT(ICC_SGIR_IRM, UINT64_C(1)));
		write_sys(1, ICC_SGI1R_EL1,
			  FIELD_PUT(ICC_SGIR_INTID, i) | 0xffff);
	}
}

static const struct worst v3_alone[] = {
	{ "1 of N, and nobody takes part", one_of_n },
	{ "1 of N, and one takes part", take_part },
	{ "SGIs to all", send_to_all },
};

void worst_v3(void)
{
	struct vgic_config config = {
		.arch = &vgic_gicv3_its,
		.nr_vcpus = MAX_VCPUS,
		.nr_spis = NR_SPIS,
		.nr_redist_regions = 1,
		.nr_side_entries = 8,
	};

	gicv2 = false;
	nr_vcpus = MAX_VCPUS;
	latency_label("create");
	worst_create(&config);
	if (vgic_set_dist_base(gic, DIST) ||
	    vgic_add_redist_region(gic, REDIST, MAX_VCPUS)) {
		worst_die("no frames");
	}
	configure();
	worst_run(both, sizeof(both) / sizeof(both[0]));
	worst_run(v3_alone, sizeof(v3_alone) / sizeof(v3_alone[0]));
	worst_destroy();
}

void worst_v2(void)
{
	struct vgic_config config = {
		.arch = &vgic_gicv2,
		.nr_vcpus = 8,
		.nr_spis = NR_SPIS,
		.nr_side_entries = 8,
	};

	gicv2 = true;
	nr_vcpus = 8;
	latency_label("create");
	worst_create(&config);
	if (vgic_set_dist_base(gic, DIST) || vgic_set_cpu_base(gic, CPUIF)) {
		worst_die("no frames");
	}
	configure();
	worst_run(both, sizeof(both) / sizeof(both[0]));
	worst_destroy();
}
