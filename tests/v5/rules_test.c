/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What KVM's GICv5 taught, rule by rule: see docs/from-kvm.md.  Direct
 * injection, mapping and ops, types, flush and fold of PPIs.
 */
#include "tests/v5/test.h"

#include "tests/el2/el2.h"

/* Position of the first write of a register since the last entry; or fail. */
static unsigned int written_at(uint32_t enc)
{
	for (unsigned int n = 0; n < el2_log.nr; n++) {
		if (el2_log.access[n].write && el2_log.access[n].enc == enc) {
			return n;
		}
	}
	fail_msg("%x is not written", enc);
	return 0;
}

static uint64_t last_written(uint32_t enc)
{
	for (unsigned int n = el2_log.nr; n-- > 0;) {
		if (el2_log.access[n].write && el2_log.access[n].enc == enc) {
			return el2_log.access[n].value;
		}
	}
	fail_msg("%x is not written", enc);
	return 0;
}

static uint64_t pending(struct machine *m, uint32_t v)
{
	return guest_read(m, v, ICC_PPI_SPENDR0_EL1);
}

/* DVIR first, and what is in it is not written to PENDR. */
TEST(b01_dvir_before_pendr)
{
	MACHINE(.backend = "ich5");

	map_timer(m, 0);
	timer_line(m, 0, true);
	ppi(m, 0, PPI_PMU, true);
	ppi(m, 0, SW_PPI, true);
	guest_write(m, 0, ICC_PPI_PRIORITYR_EL1(2), ONES);
	run(m, 0);
	assert_hex(last_written(ICH_PPI_DVIR0_EL2), BIT(PPI_TIMER));
	assert_hex(last_written(ICH_PPI_PENDR0_EL2),
		   BIT(PPI_PMU) | BIT(SW_PPI));
	assert_true(written_at(ICH_PPI_DVIR0_EL2) <
		    written_at(ICH_PPI_ACTIVER0_EL2));
	assert_true(written_at(ICH_PPI_DVIR1_EL2) <
		    written_at(ICH_PPI_ACTIVER0_EL2));
	assert_true(written_at(ICH_PPI_ACTIVER0_EL2) <
		    written_at(ICH_PPI_ENABLER0_EL2));
	assert_true(written_at(ICH_PPI_ENABLER0_EL2) <
		    written_at(ICH_PPI_PENDR0_EL2));
	assert_true(written_at(ICH_PPI_PENDR1_EL2) <
		    written_at(ICH_PPI_PRIORITYR_EL2(0)));
	assert_hex(last_written(ICH_PPI_PRIORITYR_EL2(2)), UINT64_C(0x1f)
								   << 56);
	/* The host is back in charge after every exit. */
	stop(m, 0);
	assert_hex(last_written(ICH_PPI_DVIR0_EL2), 0);
	assert_hex(m->cpu[0].pe.regs->dvir[0] | m->cpu[0].pe.regs->dvir[1], 0);
	machine_end(m);
}

TEST(b01_physical_state_is_virtual_state)
{
	MACHINE(.backend = "ich5");

	map_timer(m, 0);
	timer_line(m, 0, true);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_TIMER));
	guest_end(m, 0, GICV5_PPI(PPI_TIMER));
	/* High at the exit, so pending at the entry; nobody latched it. */
	assert_false(info_of(m, 0, GICV5_PPI(PPI_TIMER)).pending);
	slice(m, 0);
	assert_hex(pending(m, 0), BIT(PPI_TIMER));
	leave(m, 0);
	assert_hex(pending(m, 0), BIT(PPI_TIMER));
	/* While the guest runs, it is seen at once that it falls. */
	run(m, 0);
	timer_line(m, 0, false);
	assert_false(vgic_soft_v5_irq_asserted(&m->cpu[0].pe));
	assert_hex(pending(m, 0), 0);
	machine_end(m);
}

/* Whoever uses DVI need not inject; if he does it has no effect. */
TEST(b01_software_does_not_drive_it)
{
	MACHINE(.backend = "ich5");

	map_timer(m, 0);
	ppi(m, 0, PPI_TIMER, true);
	assert_hex(pending(m, 0), 0);
	assert_hex(guest_ack(m, 0), 0);
	timer_line(m, 0, true);
	ppi(m, 0, PPI_TIMER, false);
	assert_hex(pending(m, 0), BIT(PPI_TIMER));
	machine_end(m);
}

TEST(b01_unmapped_while_pending)
{
	MACHINE(.backend = "ich5");

	map_timer(m, 0);
	timer_line(m, 0, true);
	assert_hex(pending(m, 0), BIT(PPI_TIMER));
	assert_int_equal(vgic_unmap_irq(m->gic, 0, GICV5_PPI(PPI_TIMER)), 0);
	slice(m, 0);
	assert_hex(m->cpu[0].pe.regs->dvir[0], 0);
	assert_hex(pending(m, 0), 0);
	/* It is software's again. */
	ppi(m, 0, PPI_TIMER, true);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_TIMER));
	guest_end(m, 0, GICV5_PPI(PPI_TIMER));
	ppi(m, 0, PPI_TIMER, false);
	machine_end(m);
}

/* An edge that the physical PPI showed is not a virtual one afterwards. */
TEST(b01_unmapped_edge_is_not_kept)
{
	MACHINE(.backend = "ich5");
	const uint32_t intid = GICV5_PPI(PPI_UPPER_EDGE);

	assert_int_equal(vgic_map_irq(m->gic, 0, intid, intid), 0);
	vgic_model_v5_set_physical(&m->cpu[0].pe, PPI_UPPER_EDGE, true);
	slice(m, 0);
	assert_hex(guest_read(m, 0, ICC_PPI_SPENDR1_EL1), BIT(0));
	assert_int_equal(vgic_unmap_irq(m->gic, 0, intid), 0);
	slice(m, 0);
	assert_hex(guest_read(m, 0, ICC_PPI_SPENDR1_EL1), 0);
	machine_end(m);
}

/* Nothing translates between numbers: others are resampled by software. */
TEST(b01_numbers_must_be_the_same)
{
	static const uint32_t others[] = {
		GICV5_PPI(PPI_PMU),
		GICV5_SPI(PPI_TIMER),
		PPI_TIMER,
	};
	MACHINE(.backend = "ich5");
	const uint32_t intid = GICV5_PPI(PPI_TIMER);

	for (size_t n = 0; n < sizeof(others) / sizeof(others[0]); n++) {
		assert_int_equal(vgic_map_irq(m->gic, 0, intid, others[n]), 0);
		assert_true(info_of(m, 0, intid).mapped);
		slice(m, 0);
		assert_hex(m->cpu[0].pe.regs->dvir[0], 0);
		assert_int_equal(vgic_unmap_irq(m->gic, 0, intid), 0);
	}
	assert_int_equal(vgic_map_irq(m->gic, 0, intid, intid), 0);
	assert_int_equal(vgic_map_irq(m->gic, 0, intid, intid), VGIC_E_EXIST);
	slice(m, 0);
	assert_hex(m->cpu[0].pe.regs->dvir[0], BIT(PPI_TIMER));
	assert_int_equal(vgic_unmap_irq(m->gic, 0, intid), 0);
	assert_int_equal(vgic_unmap_irq(m->gic, 0, intid), VGIC_E_NOENT);
	machine_end(m);
}

/* One bit array for each vCPU; the guest does not get what is hidden. */
TEST(b01_direct_per_vcpu)
{
	MACHINE(.backend = "ich5", .nr_vcpus = 2);
	const uint32_t hidden = GICV5_PPI(PPI_HIDDEN);

	run(m, 0);
	run(m, 1);
	m->kicks[1] = 0;
	/* From any thread, while it runs: it is kicked, and then it has it. */
	map_timer(m, 1);
	assert_int_equal(m->kicks[1], 1);
	assert_int_equal(vgic_map_irq(m->gic, 1, hidden, hidden), 0);
	slice(m, 1);
	assert_hex(m->cpu[1].pe.regs->dvir[0], BIT(PPI_TIMER));
	assert_hex(m->cpu[0].pe.regs->dvir[0], 0);
	slice(m, 0);
	assert_hex(m->cpu[0].pe.regs->dvir[0], 0);
	machine_end(m);
}

/* A blocked vCPU: the device knows, the record is stale. */
TEST(b01_blocked_vcpu_asks_the_device)
{
	MACHINE(.backend = "ich5");

	map_timer(m, 0);
	timer_line(m, 0, true);
	run(m, 0);
	stop(m, 0);
	assert_true(vgic_pending(m->vcpu[0]));
	m->phys[0].line = false;
	assert_false(vgic_pending(m->vcpu[0]));
	vgic_put_wfi(m->vcpu[0]);
	m->phys[0].line = true;
	assert_true(vgic_pending(m->vcpu[0]));
	/* A device that cannot be asked: what it said last. */
	assert_int_equal(
		vgic_set_irq_ops(m->gic, 0, GICV5_PPI(PPI_TIMER), NULL, NULL),
		0);
	assert_false(vgic_pending(m->vcpu[0]));
	ppi(m, 0, PPI_TIMER, true);
	assert_true(vgic_pending(m->vcpu[0]));
	ppi(m, 0, PPI_TIMER, false);
	assert_false(vgic_pending(m->vcpu[0]));
	machine_end(m);
}

/* Without PPIs in hardware the mapped one is resampled. */
TEST(b01_no_direct_injection_in_software)
{
	MACHINE(.backend = "soft-v5");

	map_timer(m, 0);
	timer_line(m, 0, true);
	slice(m, 0);
	assert_hex(m->cpu[0].pe.regs->dvir[0], 0);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_TIMER));
	assert_true(m->phys[0].active);
	timer_line(m, 0, false);
	guest_end(m, 0, GICV5_PPI(PPI_TIMER));
	assert_false(m->phys[0].active);
	assert_int_equal(m->phys[0].by_software, 1);
	machine_end(m);
}

/* Ops: counted, and answering as told. */
struct device {
	uint32_t queued, pended, direct_on, direct_off, asked;
	bool takes, level;
};

static bool queue(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct device *d = opaque;

	(void)vcpu;
	(void)intid;
	d->queued++;
	return d->takes;
}

static bool pend(void *opaque, uint32_t vcpu, uint32_t intid, bool pending)
{
	struct device *d = opaque;

	(void)vcpu;
	(void)intid;
	d->pended += pending;
	return d->takes;
}

static void set_direct(void *opaque, uint32_t vcpu, uint32_t intid, bool on)
{
	struct device *d = opaque;

	(void)vcpu;
	(void)intid;
	d->direct_on += on;
	d->direct_off += !on;
}

static bool get_level(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct device *d = opaque;

	(void)vcpu;
	(void)intid;
	d->asked++;
	return d->level;
}

static const struct vgic_irq_ops queue_ops = { .queue_irq_unlock = queue };
static const struct vgic_irq_ops latch_ops = { .set_pending_state = pend };
static const struct vgic_irq_ops level_ops = { .get_input_level = get_level };
static const struct vgic_irq_ops direct_ops = {
	.set_direct_injection = set_direct,
};

static void set_ops(struct machine *m, uint32_t intid,
		    const struct vgic_irq_ops *ops, void *opaque)
{
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, intid, ops, opaque), 0);
}

/* A device that takes charge does so altogether; else all is as ever. */
RULE(b02_queue_irq_unlock, 1)
{
	struct device d = { .takes = true };

	set_ops(m, GICV5_PPI(PPI_PMU), &queue_ops, &d);
	m->kicks[0] = 0;
	ppi(m, 0, PPI_PMU, true);
	assert_int_equal(d.queued, 1);
	assert_int_equal(m->kicks[0], 0);
	slice(m, 0);
	assert_hex(pending(m, 0), 0);
	/* Nothing to deliver: nobody is asked to. */
	ppi(m, 0, PPI_PMU, false);
	assert_int_equal(d.queued, 1);
	d.takes = false;
	run(m, 0);
	m->kicks[0] = 0;
	ppi(m, 0, PPI_PMU, true);
	assert_int_equal(d.queued, 2);
	assert_int_equal(m->kicks[0], 1);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_PMU));
	guest_end(m, 0, GICV5_PPI(PPI_PMU));
	ppi(m, 0, PPI_PMU, false);
	assert_hex(pending(m, 0), 0);
}

/* SPIs, too; and what a device declines is queued. */
RULE(b02_queue_irq_unlock_of_spis, 1)
{
	struct device d = { .takes = true };

	guest_setup(m, 0, GICV5_SPI(4), 0, 8);
	set_ops(m, GICV5_SPI(4), &queue_ops, &d);
	spi(m, 4, true);
	assert_int_equal(d.queued, 1);
	assert_string_equal(info_of(m, 0, GICV5_SPI(4)).place, "-");
	spi(m, 4, false);
	guest_write(m, 0, GIC_CDPEND, GICV5_SPI(4));
	d.takes = false;
	spi(m, 4, true);
	assert_int_equal(d.queued, 2);
	assert_hex(guest_ack(m, 0), VALID | GICV5_SPI(4));
	guest_end(m, 0, GICV5_SPI(4));
}

/*
 * An edge that comes while one is pending still calls the vCPU out, and that
 * vCPU alone.
 */
RULE(b02_edge_while_pending_kicks, 2)
{
	run(m, 0);
	ppi(m, 1, SW_PPI, true);
	run(m, 1);
	m->kicks[0] = m->kicks[1] = 0;
	ppi(m, 1, SW_PPI, true);
	assert_int_equal(m->kicks[0], 0);
	assert_int_equal(m->kicks[1], 1);
}

/* The device keeps the latch of an SPI itself. */
RULE(b02_set_pending_state_of_spis, 1)
{
	const uint32_t intid = GICV5_SPI(4);
	struct device d = { .takes = true };

	guest_setup(m, 0, intid, 0, 8);
	set_ops(m, intid, &latch_ops, &d);
	guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
	assert_int_equal(d.pended, 1);
	assert_false(info_of(m, 0, intid).pending);
	assert_hex(guest_ack(m, 0), 0);
	d.takes = false;
	guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
	assert_int_equal(d.pended, 2);
	assert_hex(guest_ack(m, 0), VALID | intid);
	guest_end(m, 0, intid);
}

/* Default ops are there from the beginning, before any vCPU has run. */
TEST(b02_ops_before_the_first_run)
{
	struct machine *m = machine_create(CONFIG(.backend = "ich5"));

	(void)state;
	map_timer(m, 0);
	timer_line(m, 0, true);
	assert_int_equal(
		vgic_inject_irq(m->gic, 0, GICV5_PPI(PPI_PMU), true, m), 0);
	run(m, 0);
	assert_hex(m->cpu[0].pe.regs->dvir[0], BIT(PPI_TIMER));
	assert_hex(pending(m, 0), BIT(PPI_TIMER) | BIT(PPI_PMU));
	machine_end(m);
}

/* Mapping and ops: neither takes the other away. */
TEST(b02_ops_survive_unmap)
{
	MACHINE(.backend = "ich5");
	const uint32_t intid = GICV5_PPI(PPI_TIMER);
	struct device d = { 0 };

	set_ops(m, intid, &direct_ops, &d);
	assert_int_equal(d.direct_on, 0);
	assert_int_equal(vgic_map_irq(m->gic, 0, intid, intid), 0);
	assert_int_equal(vgic_unmap_irq(m->gic, 0, intid), 0);
	assert_int_equal(d.direct_on, 1);
	assert_int_equal(d.direct_off, 1);
	assert_int_equal(vgic_map_irq(m->gic, 0, intid, intid), 0);
	assert_int_equal(d.direct_on, 2);
	/* Its own op stood in for the default one. */
	slice(m, 0);
	assert_hex(m->cpu[0].pe.regs->dvir[0], 0);
	assert_int_equal(vgic_unmap_irq(m->gic, 0, intid), 0);
	/* Defaults are not lost by a mapping that came and went. */
	set_ops(m, intid, &level_ops, &d);
	assert_int_equal(vgic_map_irq(m->gic, 0, intid, intid), 0);
	slice(m, 0);
	assert_hex(m->cpu[0].pe.regs->dvir[0], BIT(PPI_TIMER));
	machine_end(m);
}

/* Ops without a mapping: nobody asks what the physical line does. */
RULE(b02_ops_without_mapping, 1)
{
	struct device d = { .level = false };

	set_ops(m, GICV5_PPI(PPI_PMU), &level_ops, &d);
	ppi(m, 0, PPI_PMU, true);
	slice(m, 0);
	slice(m, 0);
	assert_hex(pending(m, 0), BIT(PPI_PMU));
	stop(m, 0);
	assert_true(vgic_pending(m->vcpu[0]));
	assert_int_equal(d.asked, 0);
}

/* Nor from when a mapping ends, though the guest runs at that moment. */
TEST(b02_unmapped_is_not_sampled)
{
	MACHINE(.backend = "soft-v5");
	const uint32_t intid = GICV5_PPI(PPI_TIMER);
	struct device d = { .level = true };

	assert_int_equal(vgic_map_irq(m->gic, 0, intid, 100), 0);
	set_ops(m, intid, &level_ops, &d);
	run(m, 0);
	ppi(m, 0, PPI_TIMER, true);
	assert_hex(pending(m, 0), BIT(PPI_TIMER));
	d.level = false;
	assert_int_equal(vgic_unmap_irq(m->gic, 0, intid), 0);
	stop(m, 0);
	assert_hex(pending(m, 0), BIT(PPI_TIMER));
	ppi(m, 0, PPI_TIMER, false);
	d.asked = 0;
	ppi(m, 0, PPI_TIMER, true);
	slice(m, 0);
	assert_hex(pending(m, 0), BIT(PPI_TIMER));
	assert_int_equal(d.asked, 0);
	/* Nothing of the physical one was ended: that is the host's. */
	assert_int_equal(m->phys[100].by_software, 0);
	machine_end(m);
}

/* Mapped: its line is the physical one's, whatever was injected before. */
TEST(b02_mapping_takes_the_line)
{
	MACHINE(.backend = "soft-v5");

	ppi(m, 0, PPI_TIMER, true);
	assert_hex(pending(m, 0), BIT(PPI_TIMER));
	map_timer(m, 0);
	assert_hex(pending(m, 0), 0);
	timer_line(m, 0, true);
	assert_hex(pending(m, 0), BIT(PPI_TIMER));
	timer_line(m, 0, false);
	machine_end(m);
}

/*
 * The type is part of the number, and there are no SGIs.  Which vCPU is named
 * matters for PPIs alone.
 */
RULE(b03_types, 1)
{
	struct vgic_irq_info info;
	uint32_t id;

	for (id = 0; id < 128; id++) {
		assert_int_equal(
			vgic_get_irq_info(m->gic, 0, GICV5_PPI(id), &info),
			VGIC_OK);
		assert_int_equal(vgic_get_irq_info(m->gic, 0, id, &info),
				 VGIC_E_NOENT);
	}
	assert_int_equal(vgic_get_irq_info(m->gic, 0, GICV5_PPI(128), &info),
			 VGIC_E_NOENT);
	assert_int_equal(vgic_get_irq_info(m->gic, 1, GICV5_PPI(0), &info),
			 VGIC_E_NOENT);
	for (id = 0; id < 40; id++) {
		assert_int_equal(vgic_get_irq_info(m->gic, UINT32_MAX,
						   GICV5_SPI(id), &info),
				 id < 32 ? VGIC_OK : VGIC_E_NOENT);
		/* No table: no LPI. */
		assert_int_equal(
			vgic_get_irq_info(m->gic, 0, GICV5_LPI(id), &info),
			VGIC_E_NOENT);
	}
	for (id = 0; id < 8; id++) {
		if (id < 1 || id > 3) {
			assert_int_equal(vgic_inject_irq(m->gic, 0,
							 GICV5_INTID(id, 3u),
							 true, NULL),
					 VGIC_E_NOENT);
		}
	}
}

/* 0x2000001b is a PPI here and nothing at all on a GICv3; 27 the reverse. */
TEST(b03_the_same_number_means_two_things)
{
	MACHINE(.backend = "soft-v5");
	struct vgic_irq_info info;

	assert_int_equal(vgic_get_irq_info(m->gic, 0, 0x2000001b, &info), 0);
	assert_int_equal(vgic_get_irq_info(m->gic, 0, 27, &info), VGIC_E_NOENT);
	assert_int_equal(vgic_map_irq(m->gic, 0, 27, 27), VGIC_E_NOENT);
	machine_end(m);
}

/* An LPI comes and goes with the guest's table: nothing can be tied to it. */
RULE(b03_lpis_have_no_owner, 1)
{
	const uint32_t lpi = GICV5_LPI(3);

	guest_ist(m, false, 10, 0, 0);
	assert_int_equal(message(m, 3), VGIC_OK);
	assert_int_equal(vgic_set_owner(m->gic, 0, lpi, m), VGIC_E_INVAL);
	assert_int_equal(vgic_map_irq(m->gic, 0, lpi, 100), VGIC_E_INVAL);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, lpi, &queue_ops, m),
			 VGIC_E_INVAL);
}

/* (1) An edge that comes while the guest runs is not lost by the exit. */
RULE(b04_edge_while_running, 1)
{
	uint64_t value = 0;

	ppi(m, 0, SW_PPI, true);
	run(m, 0);
	if (m->backend->soft) {
		stop(m, 0);
	}
	assert_int_equal(vgic_inject_irq(m->gic, 0, GICV5_PPI(SW_PPI), true, m),
			 0);
	/* The kick is on its way, but the guest takes the older one first. */
	if (m->backend->soft) {
		(void)vgic_trap_sysreg(m->vcpu[0], GICR_CDIA, false, &value);
	} else {
		(void)vgic_soft_v5_read(&m->cpu[0].pe, GICR_CDIA, &value);
	}
	assert_hex(value, VALID | GICV5_PPI(SW_PPI));
	slice(m, 0);
	guest_end(m, 0, GICV5_PPI(SW_PPI));
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(SW_PPI));
	guest_end(m, 0, GICV5_PPI(SW_PPI));
	assert_hex(guest_ack(m, 0), 0);
}

/* (2) What the guest sets itself, too; (5) and once is once. */
RULE(b04_edge_of_the_guests_own, 1)
{
	guest_write(m, 0, ICC_PPI_SPENDR0_EL1, BIT(SW_PPI));
	guest_write(m, 0, ICC_PPI_SPENDR1_EL1, BIT(PPI_UPPER_EDGE - 64));
	leave(m, 0);
	run(m, 0);
	leave(m, 0);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(SW_PPI));
	guest_write(m, 0, GIC_CDEOI, 0);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_UPPER_EDGE));
	guest_write(m, 0, GIC_CDEOI, 0);
	guest_write(m, 0, GIC_CDDI, GICV5_PPI(SW_PPI));
	guest_write(m, 0, GIC_CDDI, GICV5_PPI(PPI_UPPER_EDGE));
	leave(m, 0);
	assert_hex(guest_ack(m, 0), 0);
}

/* (5) Exits and entries without an acknowledge do not multiply an edge. */
RULE(b04_edge_is_not_duplicated, 1)
{
	ppi(m, 0, SW_PPI, true);
	slice(m, 0);
	slice(m, 0);
	leave(m, 0);
	stop(m, 0);
	assert_true(vgic_pending(m->vcpu[0]));
	assert_true(vgic_pending(m->vcpu[0]));
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(SW_PPI));
	guest_end(m, 0, GICV5_PPI(SW_PPI));
	slice(m, 0);
	assert_hex(guest_ack(m, 0), 0);
	/* Nor do two cancel one another. */
	ppi(m, 0, SW_PPI, true);
	slice(m, 0);
	ppi(m, 0, SW_PPI, true);
	slice(m, 0);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(SW_PPI));
	guest_end(m, 0, GICV5_PPI(SW_PPI));
	assert_hex(guest_ack(m, 0), 0);
	/* The guest takes one back, and it is gone. */
	ppi(m, 0, SW_PPI, true);
	guest_write(m, 0, ICC_PPI_CPENDR0_EL1, BIT(SW_PPI));
	slice(m, 0);
	assert_hex(guest_ack(m, 0), 0);
}

/* (3) A level belongs to its device, whatever software can write. */
RULE(b04_level_belongs_to_the_device, 1)
{
	/* In software they are in the image, whose levels are not the PE's. */
	m->cpu[0].pe.config.level_is_storage = !m->backend->soft;
	ppi(m, 0, PPI_PMU, true);
	ppi(m, 0, PPI_UPPER, true);
	guest_write(m, 0, ICC_PPI_CPENDR0_EL1, ONES);
	guest_write(m, 0, ICC_PPI_CPENDR1_EL1, ONES);
	guest_write(m, 0, ICC_PPI_SPENDR0_EL1, BIT(PPI_TIMER));
	slice(m, 0);
	assert_hex(pending(m, 0), BIT(PPI_PMU));
	assert_hex(guest_read(m, 0, ICC_PPI_SPENDR1_EL1), BIT(PPI_UPPER - 64));
	ppi(m, 0, PPI_PMU, false);
	slice(m, 0);
	assert_hex(pending(m, 0), 0);
}

/* (4) What the guest does not get stays 0, whatever the guest writes. */
RULE(b04_hidden_stays_zero, 1)
{
	for (uint32_t n = 0; n < 2; n++) {
		guest_write(m, 0, ICC_PPI_ENABLER0_EL1 + n, ONES);
		guest_write(m, 0, ICC_PPI_SACTIVER0_EL1 + n, ONES);
		guest_write(m, 0, ICC_PPI_SPENDR0_EL1 + n, ONES);
	}
	slice(m, 0);
	assert_hex(m->cpu[0].pe.regs->enabler[0],
		   BIT(SW_PPI) | BIT(PPI_PMU) | BIT(PPI_TIMER));
	assert_hex(m->cpu[0].pe.regs->activer[0],
		   BIT(SW_PPI) | BIT(PPI_PMU) | BIT(PPI_TIMER));
	assert_hex(m->cpu[0].pe.regs->pendr[0], BIT(SW_PPI));
	assert_hex(m->cpu[0].pe.regs->enabler[1], BIT(0) | BIT(PPI_UPPER - 64));
	assert_hex(m->cpu[0].pe.regs->activer[1], BIT(0) | BIT(PPI_UPPER - 64));
	assert_hex(m->cpu[0].pe.regs->pendr[1], BIT(0));
	ppi(m, 0, PPI_HIDDEN, true);
	ppi(m, 0, PPI_HIDDEN_EDGE, true);
	slice(m, 0);
	assert_hex(m->cpu[0].pe.regs->pendr[0], BIT(SW_PPI));
	assert_hex(m->cpu[0].pe.regs->pendr[1], BIT(0));
}

/* Where software can, it does not even show that they exist. */
TEST(b04_hidden_is_not_there)
{
	MACHINE(.backend = "soft-v5");

	assert_hex(guest_read(m, 0, ICC_PPI_HMR0_EL1),
		   BIT(PPI_PMU) | BIT(PPI_TIMER));
	assert_hex(guest_read(m, 0, ICC_PPI_HMR1_EL1), BIT(PPI_UPPER - 64));
	machine_end(m);
}

/* (6) Active, and the priority that is running, go where the vCPU goes. */
RULE(b04_active_follows_the_vcpu, 1)
{
	ppi(m, 0, PPI_PMU, true);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_PMU));
	leave(m, 0);
	assert_hex(guest_read(m, 0, ICC_PPI_SACTIVER0_EL1), BIT(PPI_PMU));
	assert_hex(guest_read(m, 0, ICC_APR_EL1), BIT(0));
	assert_hex(guest_ack(m, 0), 0);
	guest_end(m, 0, GICV5_PPI(PPI_PMU));
	leave(m, 0);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_PMU));
	guest_end(m, 0, GICV5_PPI(PPI_PMU));
}

/* An edge that is noticed between exit and a trapped access is kept. */
RULE(b04_edge_before_a_trapped_access, 1)
{
	uint64_t value = 31;

	run(m, 0);
	stop(m, 0);
	assert_int_equal(vgic_inject_irq(m->gic, 0, GICV5_PPI(SW_PPI), true, m),
			 0);
	assert_true(vgic_pending(m->vcpu[0]));
	(void)vgic_trap_sysreg(m->vcpu[0],
			       m->backend->soft ? ICC_PCR_EL1 : ICC_IDR0_EL1,
			       m->backend->soft, &value);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(SW_PPI));
	guest_end(m, 0, GICV5_PPI(SW_PPI));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b01_dvir_before_pendr),
		cmocka_unit_test(b01_physical_state_is_virtual_state),
		cmocka_unit_test(b01_software_does_not_drive_it),
		cmocka_unit_test(b01_unmapped_while_pending),
		cmocka_unit_test(b01_unmapped_edge_is_not_kept),
		cmocka_unit_test(b01_numbers_must_be_the_same),
		cmocka_unit_test(b01_direct_per_vcpu),
		cmocka_unit_test(b01_blocked_vcpu_asks_the_device),
		cmocka_unit_test(b01_no_direct_injection_in_software),
		rule(b02_queue_irq_unlock),
		rule(b02_queue_irq_unlock_of_spis),
		rule(b02_edge_while_pending_kicks),
		rule(b02_set_pending_state_of_spis),
		cmocka_unit_test(b02_ops_before_the_first_run),
		cmocka_unit_test(b02_ops_survive_unmap),
		rule(b02_ops_without_mapping),
		cmocka_unit_test(b02_unmapped_is_not_sampled),
		cmocka_unit_test(b02_mapping_takes_the_line),
		rule(b03_types),
		cmocka_unit_test(b03_the_same_number_means_two_things),
		rule(b03_lpis_have_no_owner),
		rule(b04_edge_while_running),
		rule(b04_edge_of_the_guests_own),
		rule(b04_edge_is_not_duplicated),
		rule(b04_level_belongs_to_the_device),
		rule(b04_hidden_stays_zero),
		cmocka_unit_test(b04_hidden_is_not_there),
		rule(b04_active_follows_the_vcpu),
		rule(b04_edge_before_a_trapped_access),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
