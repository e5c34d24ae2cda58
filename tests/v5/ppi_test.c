/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PPIs of a GICv5, as KVM keeps them: direct injection, ops, flush and fold,
 * what wakes a vCPU up.  Each test bears the number of the rule that it is
 * about in docs/from-kvm.md.
 */
#include "tests/v5/rig.h"

static const struct vgic_irq_ops level_ops = { .get_input_level = rig_level };

static int map_timer(struct rig *r, uint32_t pintid)
{
	return vgic_map_irq(r->gic, 0, GICV5_PPI(TIMER), pintid);
}

/* The physical PPI's pending state is the guest's; software's is not. */
static void B1_physical_drives_virtual(void **state)
{
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	assert_int_equal(map_timer(&r, GICV5_PPI(TIMER)), VGIC_OK);
	assert_int_equal(map_timer(&r, GICV5_PPI(TIMER)), VGIC_E_EXIST);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	assert_hex(rig_read(&r, 0, GICR_CDIA), 0);
	model_v5_set_physical(&r.cpu[0], TIMER, true);
	assert_hex(rig_read(&r, 0, GICR_CDIA), VALID | GICV5_PPI(TIMER));
	rig_write(&r, 0, GIC_CDEOI, 0);
	rig_write(&r, 0, GIC_CDDI, GICV5_PPI(TIMER));
	/* Still up: pending again after an exit, with nobody latching it. */
	rig_exit(&r, 0);
	assert_hex(r.cpu[0].regs->dvir[0], 0);
	rig_enter(&r, 0);
	assert_hex(rig_read(&r, 0, ICC_HPPIR_EL1), VALID | GICV5_PPI(TIMER));
	/* It falls while the guest runs, and at once the guest sees it. */
	model_v5_set_physical(&r.cpu[0], TIMER, false);
	assert_hex(rig_read(&r, 0, ICC_HPPIR_EL1), 0);
	/* Nor can software make it pending. */
	assert_int_equal(rig_inject(&r, 0, TIMER, true), VGIC_OK);
	rig_exit(&r, 0);
	rig_enter(&r, 0);
	assert_hex(rig_read(&r, 0, ICC_HPPIR_EL1), 0);
	rig_fini(&r);
}

/* There is no translation of numbers. */
static void B1_host_and_guest_ppi_are_the_same(void **state)
{
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	assert_int_equal(map_timer(&r, GICV5_PPI(30)), VGIC_E_INVAL);
	assert_int_equal(map_timer(&r, TIMER), VGIC_E_INVAL);
	rig_enter(&r, 0);
	assert_hex(r.cpu[0].regs->dvir[0], 0);
	rig_exit(&r, 0);
	assert_int_equal(map_timer(&r, GICV5_PPI(TIMER)), VGIC_OK);
	rig_fini(&r);
	/* With software's interface nothing is injected directly. */
	rig_init(&r, false, 0);
	assert_int_equal(map_timer(&r, 30), VGIC_OK);
	rig_enter(&r, 0);
	assert_hex(r.cpu[0].regs->dvir[0], 0);
	rig_fini(&r);
}

static void B1_unmapped_while_pending(void **state)
{
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	assert_int_equal(map_timer(&r, GICV5_PPI(TIMER)), VGIC_OK);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	model_v5_set_physical(&r.cpu[0], TIMER, true);
	rig_exit(&r, 0);
	assert_int_equal(vgic_unmap_irq(r.gic, 0, GICV5_PPI(TIMER)), VGIC_OK);
	assert_int_equal(vgic_unmap_irq(r.gic, 0, GICV5_PPI(TIMER)),
			 VGIC_E_NOENT);
	rig_enter(&r, 0);
	assert_hex(r.cpu[0].regs->dvir[0], 0);
	assert_hex(rig_read(&r, 0, GICR_CDIA), 0);
	/* Software's again. */
	rig_exit(&r, 0);
	assert_int_equal(rig_inject(&r, 0, TIMER, true), VGIC_OK);
	rig_enter(&r, 0);
	assert_hex(rig_read(&r, 0, GICR_CDIA), VALID | GICV5_PPI(TIMER));
	rig_fini(&r);
}

/* Asleep: what counts is the device, not what was last known of it. */
static void B1_blocked_vcpu_asks_the_device(void **state)
{
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	assert_int_equal(map_timer(&r, GICV5_PPI(TIMER)), VGIC_OK);
	assert_int_equal(vgic_set_irq_ops(r.gic, 0, GICV5_PPI(TIMER),
					  &level_ops, &r), VGIC_OK);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	model_v5_set_physical(&r.cpu[0], TIMER, true);
	rig_exit(&r, 0);
	assert_false(vgic_pending(r.vcpu[0]));
	r.level = true;
	assert_true(vgic_pending(r.vcpu[0]));
	vgic_put_wfi(r.vcpu[0]);
	assert_true(vgic_pending(r.vcpu[0]));
	r.level = false;
	assert_false(vgic_pending(r.vcpu[0]));
	rig_fini(&r);
}

struct ops_seen {
	unsigned int direct_on, direct_off, queued, pended;
	bool take;
};

static void see_direct(void *opaque, uint32_t vcpu, uint32_t intid, bool on)
{
	struct ops_seen *seen = opaque;

	assert_int_equal(vcpu, 0);
	assert_hex(intid, GICV5_PPI(TIMER));
	seen->direct_on += on;
	seen->direct_off += !on;
}

static bool see_queue(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct ops_seen *seen = opaque;

	(void)vcpu;
	(void)intid;
	seen->queued++;
	return seen->take;
}

static bool see_pending(void *opaque, uint32_t vcpu, uint32_t intid,
			bool pending)
{
	struct ops_seen *seen = opaque;

	(void)vcpu;
	(void)intid;
	seen->pended += pending;
	return seen->take;
}

/* Ops come and go by themselves, and so do mappings. */
static void B2_mapping_and_ops_are_apart(void **state)
{
	static const struct vgic_irq_ops ops = {
		.set_direct_injection = see_direct,
	};
	struct ops_seen seen = { 0 };
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	assert_int_equal(vgic_set_irq_ops(r.gic, 0, GICV5_PPI(TIMER), &ops,
					  &seen), VGIC_OK);
	assert_int_equal(seen.direct_on, 0);
	assert_int_equal(map_timer(&r, GICV5_PPI(TIMER)), VGIC_OK);
	assert_int_equal(seen.direct_on, 1);
	assert_int_equal(vgic_unmap_irq(r.gic, 0, GICV5_PPI(TIMER)), VGIC_OK);
	assert_int_equal(seen.direct_off, 1);
	/* Unmapping did not take the ops away. */
	assert_int_equal(map_timer(&r, GICV5_PPI(TIMER)), VGIC_OK);
	assert_int_equal(seen.direct_on, 2);
	assert_int_equal(vgic_unmap_irq(r.gic, 0, GICV5_PPI(TIMER)), VGIC_OK);
	/* Without ops of its own it has every PPI's. */
	assert_int_equal(vgic_set_irq_ops(r.gic, 0, GICV5_PPI(TIMER), NULL,
					  NULL), VGIC_OK);
	assert_int_equal(map_timer(&r, GICV5_PPI(TIMER)), VGIC_OK);
	assert_int_equal(seen.direct_on, 2);
	rig_enter(&r, 0);
	assert_hex(r.cpu[0].regs->dvir[0], BIT(TIMER));
	rig_fini(&r);
}

/* The device takes delivery, or the latch, into its own hands. */
static void B2_ops_replace_queueing_and_latch(void **state)
{
	static const struct vgic_irq_ops queue = {
		.queue_irq_unlock = see_queue,
	};
	static const struct vgic_irq_ops latch = {
		.set_pending_state = see_pending,
	};
	struct ops_seen seen = { .take = true };
	const uint32_t spi = GICV5_SPI(5);
	struct vgic_irq_info info;
	struct rig r;

	(void)state;
	rig_init(&r, true, 32);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	assert_int_equal(vgic_set_irq_ops(r.gic, 0, GICV5_PPI(PMU), &queue,
					  &seen), VGIC_OK);
	assert_int_equal(rig_inject(&r, 0, PMU, true), VGIC_OK);
	assert_int_equal(seen.queued, 1);
	assert_int_equal(r.kicks[0], 0);
	assert_int_equal(vgic_set_irq_ops(r.gic, 0, spi, &latch, &seen),
			 VGIC_OK);
	rig_write(&r, 0, GIC_CDPEND, spi | GIC_CDPEND_PENDING);
	assert_int_equal(seen.pended, 1);
	assert_int_equal(vgic_get_irq_info(r.gic, 0, spi, &info), VGIC_OK);
	assert_false(info.pending);
	rig_fini(&r);
}

/* A vCPU in guest code hears of what became pending for it. */
static void B2_pending_kicks_the_target(void **state)
{
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	rig_enter(&r, 0);
	rig_enter(&r, 1);
	rig_open(&r, 0);
	rig_open(&r, 1);
	assert_int_equal(rig_inject(&r, 1, SW_PPI, true), VGIC_OK);
	assert_int_equal(r.kicks[0], 0);
	assert_int_equal(r.kicks[1], 1);
	/* Pending already, but the guest may be taking it at this moment. */
	rig_exit(&r, 1);
	rig_enter(&r, 1);
	assert_int_equal(rig_inject(&r, 1, SW_PPI, true), VGIC_OK);
	assert_int_equal(r.kicks[1], 2);
	rig_fini(&r);
}

static void B4_edge_while_the_guest_runs(void **state)
{
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	assert_int_equal(rig_inject(&r, 0, SW_PPI, true), VGIC_OK);
	rig_exit(&r, 0);
	rig_enter(&r, 0);
	/* A second one comes; the guest takes the first; it exits. */
	assert_int_equal(rig_inject(&r, 0, SW_PPI, true), VGIC_OK);
	assert_hex(rig_read(&r, 0, GICR_CDIA), VALID | GICV5_PPI(SW_PPI));
	rig_exit(&r, 0);
	rig_enter(&r, 0);
	rig_write(&r, 0, GIC_CDEOI, 0);
	rig_write(&r, 0, GIC_CDDI, GICV5_PPI(SW_PPI));
	assert_hex(rig_read(&r, 0, GICR_CDIA), VALID | GICV5_PPI(SW_PPI));
	/* And no third one. */
	rig_exit(&r, 0);
	rig_enter(&r, 0);
	rig_write(&r, 0, GIC_CDEOI, 0);
	rig_write(&r, 0, GIC_CDDI, GICV5_PPI(SW_PPI));
	assert_hex(rig_read(&r, 0, GICR_CDIA), 0);
	rig_fini(&r);
}

static void B4_edge_that_the_guest_sets(void **state)
{
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	rig_write(&r, 0, ICC_PPI_SPENDR0_EL1, BIT(SW_PPI));
	rig_write(&r, 0, ICC_PPI_SPENDR1_EL1, BIT(UPPER_EDGE - 64));
	rig_exit(&r, 0);
	vgic_put(r.vcpu[0]);
	rig_enter(&r, 0);
	rig_exit(&r, 0);
	rig_enter(&r, 0);
	assert_hex(rig_read(&r, 0, GICR_CDIA), VALID | GICV5_PPI(SW_PPI));
	rig_write(&r, 0, GIC_CDEOI, 0);
	assert_hex(rig_read(&r, 0, GICR_CDIA), VALID | GICV5_PPI(UPPER_EDGE));
	rig_write(&r, 0, GIC_CDEOI, 0);
	rig_exit(&r, 0);
	rig_enter(&r, 0);
	/* Taken once is taken; and active it stays through all this. */
	assert_hex(rig_read(&r, 0, ICC_PPI_SPENDR0_EL1), 0);
	assert_hex(rig_read(&r, 0, ICC_PPI_SACTIVER0_EL1), BIT(SW_PPI));
	rig_fini(&r);
}

/* On a PE whose software can clear a Level PPI the line has the last word. */
static void B4_level_follows_its_line(void **state)
{
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	r.cpu[0].config.level_is_storage = true;
	assert_int_equal(rig_inject(&r, 0, PMU, true), VGIC_OK);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	rig_write(&r, 0, ICC_PPI_CPENDR0_EL1, BIT(PMU));
	rig_write(&r, 0, ICC_PPI_SPENDR0_EL1, BIT(TIMER));
	rig_exit(&r, 0);
	rig_enter(&r, 0);
	assert_hex(rig_read(&r, 0, ICC_PPI_SPENDR0_EL1), BIT(PMU));
	assert_int_equal(rig_inject(&r, 0, PMU, false), VGIC_OK);
	rig_exit(&r, 0);
	rig_enter(&r, 0);
	assert_hex(rig_read(&r, 0, ICC_PPI_SPENDR0_EL1), 0);
	rig_fini(&r);
}

/* What the guest does not get it cannot give itself. */
static void B4_hidden_ppis_stay_out(void **state)
{
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	assert_hex(r.cpu[0].regs->enabler[0],
		   BIT(SW_PPI) | BIT(PMU) | BIT(TIMER));
	assert_hex(r.cpu[0].regs->enabler[1], BIT(UPPER_EDGE - 64));
	rig_write(&r, 0, ICC_PPI_SACTIVER0_EL1, BIT(HIDDEN));
	rig_write(&r, 0, ICC_PPI_SPENDR1_EL1, UINT64_MAX);
	rig_exit(&r, 0);
	rig_enter(&r, 0);
	assert_hex(r.cpu[0].regs->activer[0], 0);
	assert_hex(r.cpu[0].regs->pendr[1], BIT(UPPER_EDGE - 64));
	rig_fini(&r);
	/* Software's interface hides them altogether. */
	rig_init(&r, false, 0);
	rig_enter(&r, 0);
	rig_write(&r, 0, ICC_PPI_SPENDR1_EL1, UINT64_MAX);
	assert_hex(rig_read(&r, 0, ICC_PPI_SPENDR1_EL1),
		   BIT(UPPER_EDGE - 64));
	assert_hex(rig_read(&r, 0, ICC_PPI_HMR0_EL1), BIT(PMU) | BIT(TIMER));
	rig_fini(&r);
}

/* An active PPI is active wherever its vCPU runs next. */
static void B4_active_follows_the_vcpu(void **state)
{
	struct model_v5_cpuif other;
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	assert_int_equal(rig_inject(&r, 0, PMU, true), VGIC_OK);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	other = r.cpu[0];
	assert_hex(rig_read(&r, 0, GICR_CDIA), VALID | GICV5_PPI(PMU));
	rig_exit(&r, 0);
	vgic_put(r.vcpu[0]);
	/* A PE in another state, as left by somebody else. */
	r.cpu[0] = other;
	rig_enter(&r, 0);
	assert_hex(rig_read(&r, 0, ICC_PPI_SACTIVER0_EL1), BIT(PMU));
	assert_hex(rig_read(&r, 0, ICC_APR_EL1), BIT(0));
	assert_hex(rig_read(&r, 0, GICR_CDIA), 0);
	rig_fini(&r);
}

/* PMU at priority 9 is pending; does it wake the vCPU up? */
static bool wakes(uint32_t pcr, uint64_t apr, bool en, bool active)
{
	struct rig r;
	bool result;

	rig_init(&r, true, 0);
	assert_int_equal(rig_inject(&r, 0, PMU, true), VGIC_OK);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	rig_write(&r, 0, ICC_PPI_PRIORITYR_EL1(PMU / 8),
		  UINT64_C(9) << PMU % 8 * 8);
	rig_write(&r, 0, ICC_PCR_EL1, pcr);
	rig_write(&r, 0, ICC_APR_EL1, apr);
	rig_write(&r, 0, ICC_CR0_EL1, en);
	rig_write(&r, 0, ICC_PPI_SACTIVER0_EL1, active ? BIT(PMU) : 0);
	rig_exit(&r, 0);
	result = vgic_pending(r.vcpu[0]);
	/* Whether or not it is resident. */
	vgic_put_wfi(r.vcpu[0]);
	assert_int_equal(vgic_pending(r.vcpu[0]), result);
	rig_fini(&r);
	return result;
}

static void B5_compound_priority_mask(void **state)
{
	(void)state;
	assert_true(wakes(31, 0, true, false));
	assert_false(wakes(31, 0, false, false));
	assert_true(wakes(9, 0, true, false));
	assert_false(wakes(8, 0, true, false));
	assert_false(wakes(0, 0, true, false));
	assert_true(wakes(31, BIT(10) | BIT(20), true, false));
	assert_false(wakes(31, BIT(9), true, false));
	assert_false(wakes(31, BIT(8) | BIT(31), true, false));
	/* Active: it cannot be taken, whatever its priority. */
	assert_false(wakes(31, 0, true, true));
}

/* The doorbell's threshold is the same mask; 0 is a threshold too. */
static void B5_doorbell_threshold(void **state)
{
	uint64_t value = IRS_CR0_IRSEN, contextr;
	struct rig r;

	(void)state;
	rig_init(&r, true, 32);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	rig_write(&r, 0, ICC_PCR_EL1, 0);
	rig_exit(&r, 0);
	/* The IRS is off: nothing of its can be missed. */
	vgic_put_wfi(r.vcpu[0]);
	contextr = r.cpu[0].contextr;
	assert_hex(contextr & (ICH_CONTEXTR_EL2_DB | ICH_CONTEXTR_EL2_V), 0);
	vgic_load(r.vcpu[0]);
	assert_int_equal(vgic_trap_mmio(r.vcpu[0], 0x8000000 + IRS_CR0, 4,
					true, &value), VGIC_TRAP_DONE);
	vgic_put_wfi(r.vcpu[0]);
	contextr = r.cpu[0].contextr;
	assert_hex(contextr, ICH_CONTEXTR_EL2_DB);
	rig_enter(&r, 0);
	rig_write(&r, 0, ICC_PCR_EL1, 31);
	rig_write(&r, 0, ICC_APR_EL1, BIT(7));
	rig_exit(&r, 0);
	vgic_put_wfi(r.vcpu[0]);
	contextr = r.cpu[0].contextr;
	assert_int_equal(FIELD_GET(ICH_CONTEXTR_EL2_DBPM, contextr), 6);
	/* No doorbell for one that only makes room, or is masked. */
	rig_enter(&r, 0);
	rig_exit(&r, 0);
	vgic_put(r.vcpu[0]);
	assert_hex(r.cpu[0].contextr, 0);
	rig_enter(&r, 0);
	rig_write(&r, 0, ICC_CR0_EL1, 0);
	rig_exit(&r, 0);
	vgic_put_wfi(r.vcpu[0]);
	assert_hex(r.cpu[0].contextr, 0);
	rig_fini(&r);
}

/* Loading twice and putting twice, as on the way to WFI, loses nothing. */
static void B6_load_and_put_are_idempotent(void **state)
{
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	rig_write(&r, 0, ICC_PCR_EL1, 17);
	rig_write(&r, 0, ICC_APR_EL1, BIT(20));
	vgic_load(r.vcpu[0]);
	assert_hex(rig_read(&r, 0, ICC_PCR_EL1), 17);
	rig_write(&r, 0, ICC_ICSR_EL1, 0xf802);
	rig_exit(&r, 0);
	vgic_put_wfi(r.vcpu[0]);
	/* The PE is somebody else's, and a GICv3 guest's at that. */
	(void)model_v5_ich_write(&r.cpu[0], ICH_VMCR_EL2, 0);
	(void)model_v5_ich_write(&r.cpu[0], ICH_APR_EL2, 0xffff);
	(void)model_v5_ich_write(&r.cpu[0], ICC_ICSR_EL1, 1);
	(void)model_v5_ich_write(&r.cpu[0], ICH_VCTLR_EL2,
				 ICH_VCTLR_EL2_EN | ICH_VCTLR_EL2_V3);
	vgic_put(r.vcpu[0]);
	vgic_put_wfi(r.vcpu[0]);
	vgic_load(r.vcpu[0]);
	rig_enter(&r, 0);
	assert_hex(rig_read(&r, 0, ICC_PCR_EL1), 17);
	assert_hex(rig_read(&r, 0, ICC_CR0_EL1), 7);
	assert_hex(rig_read(&r, 0, ICC_APR_EL1), BIT(20));
	assert_hex(rig_read(&r, 0, ICC_ICSR_EL1), 0xf802);
	rig_fini(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(B1_physical_drives_virtual),
		cmocka_unit_test(B1_host_and_guest_ppi_are_the_same),
		cmocka_unit_test(B1_unmapped_while_pending),
		cmocka_unit_test(B1_blocked_vcpu_asks_the_device),
		cmocka_unit_test(B2_mapping_and_ops_are_apart),
		cmocka_unit_test(B2_ops_replace_queueing_and_latch),
		cmocka_unit_test(B2_pending_kicks_the_target),
		cmocka_unit_test(B4_edge_while_the_guest_runs),
		cmocka_unit_test(B4_edge_that_the_guest_sets),
		cmocka_unit_test(B4_level_follows_its_line),
		cmocka_unit_test(B4_hidden_ppis_stay_out),
		cmocka_unit_test(B4_active_follows_the_vcpu),
		cmocka_unit_test(B5_compound_priority_mask),
		cmocka_unit_test(B5_doorbell_threshold),
		cmocka_unit_test(B6_load_and_put_are_idempotent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
