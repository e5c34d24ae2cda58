/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What KVM's GICv5 taught, rule by rule: see docs/from-kvm.md.  Direct
 * injection, mapping and ops, types, flush and fold of PPIs.
 */
#include "tests/v5/world.h"

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

static uint64_t pending(struct world *w, uint32_t v)
{
	return guest_read(w, v, ICC_PPI_SPENDR0_EL1);
}

/* DVIR first, and what is in it is not written to PENDR. */
TEST(b01_dvir_before_pendr)
{
	WORLD(.interface = HARD);

	map_timer(w, 0);
	timer_line(w, 0, true);
	ppi(w, 0, PMU, true);
	ppi(w, 0, SW_PPI, true);
	guest_write(w, 0, ICC_PPI_PRIORITYR_EL1(2), ONES);
	run(w, 0);
	assert_hex(last_written(ICH_PPI_DVIR0_EL2), BIT(TIMER));
	assert_hex(last_written(ICH_PPI_PENDR0_EL2), BIT(PMU) | BIT(SW_PPI));
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
	stop(w, 0);
	assert_hex(last_written(ICH_PPI_DVIR0_EL2), 0);
	assert_hex(w->pe[0].regs->dvir[0] | w->pe[0].regs->dvir[1], 0);
	world_end(w);
}

TEST(b01_physical_state_is_virtual_state)
{
	WORLD(.interface = HARD);

	map_timer(w, 0);
	timer_line(w, 0, true);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(TIMER));
	guest_end(w, 0, GICV5_PPI(TIMER));
	/* High at the exit, so pending at the entry; nobody latched it. */
	assert_false(info_of(w, GICV5_PPI(TIMER)).pending);
	slice(w, 0);
	assert_hex(pending(w, 0), BIT(TIMER));
	leave(w, 0);
	assert_hex(pending(w, 0), BIT(TIMER));
	/* While the guest runs, it is seen at once that it falls. */
	run(w, 0);
	timer_line(w, 0, false);
	assert_false(vgic_soft_v5_irq_asserted(&w->pe[0]));
	assert_hex(pending(w, 0), 0);
	world_end(w);
}

/* Whoever uses DVI need not inject; if he does it has no effect. */
TEST(b01_software_does_not_drive_it)
{
	WORLD(.interface = HARD);

	map_timer(w, 0);
	ppi(w, 0, TIMER, true);
	assert_hex(pending(w, 0), 0);
	assert_hex(guest_ack(w, 0), 0);
	timer_line(w, 0, true);
	ppi(w, 0, TIMER, false);
	assert_hex(pending(w, 0), BIT(TIMER));
	world_end(w);
}

TEST(b01_unmapped_while_pending)
{
	WORLD(.interface = HARD);

	map_timer(w, 0);
	timer_line(w, 0, true);
	assert_hex(pending(w, 0), BIT(TIMER));
	assert_int_equal(vgic_unmap_irq(w->gic, 0, GICV5_PPI(TIMER)), 0);
	slice(w, 0);
	assert_hex(w->pe[0].regs->dvir[0], 0);
	assert_hex(pending(w, 0), 0);
	/* It is software's again. */
	ppi(w, 0, TIMER, true);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(TIMER));
	guest_end(w, 0, GICV5_PPI(TIMER));
	ppi(w, 0, TIMER, false);
	world_end(w);
}

/* An edge that the physical PPI showed is not a virtual one afterwards. */
TEST(b01_unmapped_edge_is_not_kept)
{
	WORLD(.interface = HARD);
	const uint32_t intid = GICV5_PPI(UPPER_EDGE);

	assert_int_equal(vgic_map_irq(w->gic, 0, intid, intid), 0);
	vgic_model_v5_set_physical(&w->pe[0], UPPER_EDGE, true);
	slice(w, 0);
	assert_hex(guest_read(w, 0, ICC_PPI_SPENDR1_EL1), BIT(0));
	assert_int_equal(vgic_unmap_irq(w->gic, 0, intid), 0);
	slice(w, 0);
	assert_hex(guest_read(w, 0, ICC_PPI_SPENDR1_EL1), 0);
	world_end(w);
}

/* Nothing translates between numbers: others are resampled by software. */
TEST(b01_numbers_must_be_the_same)
{
	static const uint32_t others[] = {
		GICV5_PPI(PMU),
		GICV5_SPI(TIMER),
		TIMER,
	};
	WORLD(.interface = HARD);
	const uint32_t intid = GICV5_PPI(TIMER);

	for (size_t n = 0; n < sizeof(others) / sizeof(others[0]); n++) {
		assert_int_equal(vgic_map_irq(w->gic, 0, intid, others[n]), 0);
		assert_true(info_of(w, intid).mapped);
		slice(w, 0);
		assert_hex(w->pe[0].regs->dvir[0], 0);
		assert_int_equal(vgic_unmap_irq(w->gic, 0, intid), 0);
	}
	assert_int_equal(vgic_map_irq(w->gic, 0, intid, intid), 0);
	assert_int_equal(vgic_map_irq(w->gic, 0, intid, intid), VGIC_E_EXIST);
	slice(w, 0);
	assert_hex(w->pe[0].regs->dvir[0], BIT(TIMER));
	assert_int_equal(vgic_unmap_irq(w->gic, 0, intid), 0);
	assert_int_equal(vgic_unmap_irq(w->gic, 0, intid), VGIC_E_NOENT);
	world_end(w);
}

/* One bit array for each vCPU; the guest does not get what is hidden. */
TEST(b01_direct_per_vcpu)
{
	WORLD(.interface = HARD, .nr_vcpus = 2);
	const uint32_t hidden = GICV5_PPI(HIDDEN);

	run(w, 0);
	run(w, 1);
	w->kicks[1] = 0;
	/* From any thread, while it runs: it is kicked, and then it has it. */
	map_timer(w, 1);
	assert_int_equal(w->kicks[1], 1);
	assert_int_equal(vgic_map_irq(w->gic, 1, hidden, hidden), 0);
	slice(w, 1);
	assert_hex(w->pe[1].regs->dvir[0], BIT(TIMER));
	assert_hex(w->pe[0].regs->dvir[0], 0);
	slice(w, 0);
	assert_hex(w->pe[0].regs->dvir[0], 0);
	world_end(w);
}

/* A blocked vCPU: the device knows, the record is stale. */
TEST(b01_blocked_vcpu_asks_the_device)
{
	WORLD(.interface = HARD);

	map_timer(w, 0);
	timer_line(w, 0, true);
	run(w, 0);
	stop(w, 0);
	assert_true(vgic_pending(w->vcpu[0]));
	w->timer[0].line = false;
	assert_false(vgic_pending(w->vcpu[0]));
	vgic_put_wfi(w->vcpu[0]);
	w->timer[0].line = true;
	assert_true(vgic_pending(w->vcpu[0]));
	/* A device that cannot be asked: what it said last. */
	assert_int_equal(
		vgic_set_irq_ops(w->gic, 0, GICV5_PPI(TIMER), NULL, NULL), 0);
	assert_false(vgic_pending(w->vcpu[0]));
	ppi(w, 0, TIMER, true);
	assert_true(vgic_pending(w->vcpu[0]));
	ppi(w, 0, TIMER, false);
	assert_false(vgic_pending(w->vcpu[0]));
	world_end(w);
}

/* Without PPIs in hardware the mapped one is resampled. */
TEST(b01_no_direct_injection_in_software)
{
	WORLD(.interface = SOFT);

	map_timer(w, 0);
	timer_line(w, 0, true);
	slice(w, 0);
	assert_hex(w->pe[0].regs->dvir[0], 0);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(TIMER));
	assert_true(w->timer[0].active);
	timer_line(w, 0, false);
	guest_end(w, 0, GICV5_PPI(TIMER));
	assert_false(w->timer[0].active);
	assert_int_equal(w->timer[0].ended, 1);
	world_end(w);
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

static void set_ops(struct world *w, uint32_t intid,
		    const struct vgic_irq_ops *ops, void *opaque)
{
	assert_int_equal(vgic_set_irq_ops(w->gic, 0, intid, ops, opaque), 0);
}

/* A device that takes charge does so altogether; else all is as ever. */
RULE(b02_queue_irq_unlock, 1)
{
	struct device d = { .takes = true };

	set_ops(w, GICV5_PPI(PMU), &queue_ops, &d);
	w->kicks[0] = 0;
	ppi(w, 0, PMU, true);
	assert_int_equal(d.queued, 1);
	assert_int_equal(w->kicks[0], 0);
	slice(w, 0);
	assert_hex(pending(w, 0), 0);
	/* Nothing to deliver: nobody is asked to. */
	ppi(w, 0, PMU, false);
	assert_int_equal(d.queued, 1);
	d.takes = false;
	run(w, 0);
	w->kicks[0] = 0;
	ppi(w, 0, PMU, true);
	assert_int_equal(d.queued, 2);
	assert_int_equal(w->kicks[0], 1);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(PMU));
	guest_end(w, 0, GICV5_PPI(PMU));
	ppi(w, 0, PMU, false);
	assert_hex(pending(w, 0), 0);
}

/* SPIs, too; and what a device declines is queued. */
RULE(b02_queue_irq_unlock_of_spis, 1)
{
	struct device d = { .takes = true };

	guest_setup(w, 0, GICV5_SPI(4), 0, 8);
	set_ops(w, GICV5_SPI(4), &queue_ops, &d);
	spi(w, 4, true);
	assert_int_equal(d.queued, 1);
	assert_string_equal(info_of(w, GICV5_SPI(4)).place, "-");
	spi(w, 4, false);
	guest_write(w, 0, GIC_CDPEND, GICV5_SPI(4));
	d.takes = false;
	spi(w, 4, true);
	assert_int_equal(d.queued, 2);
	assert_hex(guest_ack(w, 0), VALID | GICV5_SPI(4));
	guest_end(w, 0, GICV5_SPI(4));
}

/*
 * An edge that comes while one is pending still calls the vCPU out, and that
 * vCPU alone.
 */
RULE(b02_edge_while_pending_kicks, 2)
{
	run(w, 0);
	ppi(w, 1, SW_PPI, true);
	run(w, 1);
	w->kicks[0] = w->kicks[1] = 0;
	ppi(w, 1, SW_PPI, true);
	assert_int_equal(w->kicks[0], 0);
	assert_int_equal(w->kicks[1], 1);
}

/* The device keeps the latch of an SPI itself. */
RULE(b02_set_pending_state_of_spis, 1)
{
	const uint32_t intid = GICV5_SPI(4);
	struct device d = { .takes = true };

	guest_setup(w, 0, intid, 0, 8);
	set_ops(w, intid, &latch_ops, &d);
	guest_write(w, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
	assert_int_equal(d.pended, 1);
	assert_false(info_of(w, intid).pending);
	assert_hex(guest_ack(w, 0), 0);
	d.takes = false;
	guest_write(w, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
	assert_int_equal(d.pended, 2);
	assert_hex(guest_ack(w, 0), VALID | intid);
	guest_end(w, 0, intid);
}

/* Default ops are there from the beginning, before any vCPU has run. */
TEST(b02_ops_before_the_first_run)
{
	struct world *w =
		world_create(&(struct world_config){ .interface = HARD });

	(void)state;
	map_timer(w, 0);
	timer_line(w, 0, true);
	assert_int_equal(vgic_inject_irq(w->gic, 0, GICV5_PPI(PMU), true, w),
			 0);
	run(w, 0);
	assert_hex(w->pe[0].regs->dvir[0], BIT(TIMER));
	assert_hex(pending(w, 0), BIT(TIMER) | BIT(PMU));
	world_end(w);
}

/* Mapping and ops: neither takes the other away. */
TEST(b02_ops_survive_unmap)
{
	WORLD(.interface = HARD);
	const uint32_t intid = GICV5_PPI(TIMER);
	struct device d = { 0 };

	set_ops(w, intid, &direct_ops, &d);
	assert_int_equal(d.direct_on, 0);
	assert_int_equal(vgic_map_irq(w->gic, 0, intid, intid), 0);
	assert_int_equal(vgic_unmap_irq(w->gic, 0, intid), 0);
	assert_int_equal(d.direct_on, 1);
	assert_int_equal(d.direct_off, 1);
	assert_int_equal(vgic_map_irq(w->gic, 0, intid, intid), 0);
	assert_int_equal(d.direct_on, 2);
	/* Its own op stood in for the default one. */
	slice(w, 0);
	assert_hex(w->pe[0].regs->dvir[0], 0);
	assert_int_equal(vgic_unmap_irq(w->gic, 0, intid), 0);
	/* Defaults are not lost by a mapping that came and went. */
	set_ops(w, intid, &level_ops, &d);
	assert_int_equal(vgic_map_irq(w->gic, 0, intid, intid), 0);
	slice(w, 0);
	assert_hex(w->pe[0].regs->dvir[0], BIT(TIMER));
	world_end(w);
}

/* Ops without a mapping: nobody asks what the physical line does. */
RULE(b02_ops_without_mapping, 1)
{
	struct device d = { .level = false };

	set_ops(w, GICV5_PPI(PMU), &level_ops, &d);
	ppi(w, 0, PMU, true);
	slice(w, 0);
	slice(w, 0);
	assert_hex(pending(w, 0), BIT(PMU));
	stop(w, 0);
	assert_true(vgic_pending(w->vcpu[0]));
	assert_int_equal(d.asked, 0);
}

/* Nor from when a mapping ends, though the guest runs at that moment. */
TEST(b02_unmapped_is_not_sampled)
{
	WORLD(.interface = SOFT);
	const uint32_t intid = GICV5_PPI(TIMER);
	struct device d = { .level = true };

	assert_int_equal(vgic_map_irq(w->gic, 0, intid, 100), 0);
	set_ops(w, intid, &level_ops, &d);
	run(w, 0);
	ppi(w, 0, TIMER, true);
	assert_hex(pending(w, 0), BIT(TIMER));
	d.level = false;
	assert_int_equal(vgic_unmap_irq(w->gic, 0, intid), 0);
	stop(w, 0);
	assert_hex(pending(w, 0), BIT(TIMER));
	ppi(w, 0, TIMER, false);
	d.asked = 0;
	ppi(w, 0, TIMER, true);
	slice(w, 0);
	assert_hex(pending(w, 0), BIT(TIMER));
	assert_int_equal(d.asked, 0);
	/* Nothing of the physical one was ended: that is the host's. */
	assert_int_equal(w->timer[0].ended, 0);
	world_end(w);
}

/* Mapped: its line is the physical one's, whatever was injected before. */
TEST(b02_mapping_takes_the_line)
{
	WORLD(.interface = SOFT);

	ppi(w, 0, TIMER, true);
	assert_hex(pending(w, 0), BIT(TIMER));
	map_timer(w, 0);
	assert_hex(pending(w, 0), 0);
	timer_line(w, 0, true);
	assert_hex(pending(w, 0), BIT(TIMER));
	timer_line(w, 0, false);
	world_end(w);
}

/* The type is part of the number, and there are no SGIs. */
RULE(b03_types, 1)
{
	struct vgic_irq_info info;
	uint32_t id;

	for (id = 0; id < 128; id++) {
		assert_int_equal(
			vgic_get_irq_info(w->gic, 0, GICV5_PPI(id), &info),
			VGIC_OK);
		assert_int_equal(vgic_get_irq_info(w->gic, 0, id, &info),
				 VGIC_E_NOENT);
	}
	assert_int_equal(vgic_get_irq_info(w->gic, 0, GICV5_PPI(128), &info),
			 VGIC_E_NOENT);
	assert_int_equal(vgic_get_irq_info(w->gic, 1, GICV5_PPI(0), &info),
			 VGIC_E_NOENT);
	for (id = 0; id < 40; id++) {
		assert_int_equal(
			vgic_get_irq_info(w->gic, 0, GICV5_SPI(id), &info),
			id < 32 ? VGIC_OK : VGIC_E_NOENT);
		/* No table: no LPI. */
		assert_int_equal(
			vgic_get_irq_info(w->gic, 0, GICV5_LPI(id), &info),
			VGIC_E_NOENT);
	}
	for (id = 0; id < 8; id++) {
		if (id < 1 || id > 3) {
			assert_int_equal(vgic_inject_irq(w->gic, 0,
							 GICV5_INTID(id, 3u),
							 true, NULL),
					 VGIC_E_NOENT);
		}
	}
}

/* 0x2000001b is a PPI here and nothing at all on a GICv3; 27 the reverse. */
TEST(b03_the_same_number_means_two_things)
{
	WORLD(.interface = SOFT);
	struct vgic_irq_info info;

	assert_int_equal(vgic_get_irq_info(w->gic, 0, 0x2000001b, &info), 0);
	assert_int_equal(vgic_get_irq_info(w->gic, 0, 27, &info), VGIC_E_NOENT);
	assert_int_equal(vgic_map_irq(w->gic, 0, 27, 27), VGIC_E_NOENT);
	world_end(w);
}

/* An LPI comes and goes with the guest's table: nothing can be tied to it. */
RULE(b03_lpis_have_no_owner, 1)
{
	const uint32_t lpi = GICV5_LPI(3);

	guest_ist(w, false, 10, 0, 0);
	assert_int_equal(message(w, 3), VGIC_OK);
	assert_int_equal(vgic_set_owner(w->gic, 0, lpi, w), VGIC_E_INVAL);
	assert_int_equal(vgic_map_irq(w->gic, 0, lpi, 100), VGIC_E_INVAL);
	assert_int_equal(vgic_set_irq_ops(w->gic, 0, lpi, &queue_ops, w),
			 VGIC_E_INVAL);
}

/* (1) An edge that comes while the guest runs is not lost by the exit. */
RULE(b04_edge_while_running, 1)
{
	uint64_t value = 0;

	ppi(w, 0, SW_PPI, true);
	run(w, 0);
	if (w->config.interface == SOFT) {
		stop(w, 0);
	}
	assert_int_equal(vgic_inject_irq(w->gic, 0, GICV5_PPI(SW_PPI), true, w),
			 0);
	/* The kick is on its way, but the guest takes the older one first. */
	if (w->config.interface == SOFT) {
		(void)vgic_trap_sysreg(w->vcpu[0], GICR_CDIA, false, &value);
	} else {
		(void)vgic_soft_v5_read(&w->pe[0], GICR_CDIA, &value);
	}
	assert_hex(value, VALID | GICV5_PPI(SW_PPI));
	slice(w, 0);
	guest_end(w, 0, GICV5_PPI(SW_PPI));
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(SW_PPI));
	guest_end(w, 0, GICV5_PPI(SW_PPI));
	assert_hex(guest_ack(w, 0), 0);
}

/* (2) What the guest sets itself, too; (5) and once is once. */
RULE(b04_edge_of_the_guests_own, 1)
{
	guest_write(w, 0, ICC_PPI_SPENDR0_EL1, BIT(SW_PPI));
	guest_write(w, 0, ICC_PPI_SPENDR1_EL1, BIT(UPPER_EDGE - 64));
	leave(w, 0);
	run(w, 0);
	leave(w, 0);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(SW_PPI));
	guest_write(w, 0, GIC_CDEOI, 0);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(UPPER_EDGE));
	guest_write(w, 0, GIC_CDEOI, 0);
	guest_write(w, 0, GIC_CDDI, GICV5_PPI(SW_PPI));
	guest_write(w, 0, GIC_CDDI, GICV5_PPI(UPPER_EDGE));
	leave(w, 0);
	assert_hex(guest_ack(w, 0), 0);
}

/* (5) Exits and entries without an acknowledge do not multiply an edge. */
RULE(b04_edge_is_not_duplicated, 1)
{
	ppi(w, 0, SW_PPI, true);
	slice(w, 0);
	slice(w, 0);
	leave(w, 0);
	stop(w, 0);
	assert_true(vgic_pending(w->vcpu[0]));
	assert_true(vgic_pending(w->vcpu[0]));
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(SW_PPI));
	guest_end(w, 0, GICV5_PPI(SW_PPI));
	slice(w, 0);
	assert_hex(guest_ack(w, 0), 0);
	/* Nor do two cancel one another. */
	ppi(w, 0, SW_PPI, true);
	slice(w, 0);
	ppi(w, 0, SW_PPI, true);
	slice(w, 0);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(SW_PPI));
	guest_end(w, 0, GICV5_PPI(SW_PPI));
	assert_hex(guest_ack(w, 0), 0);
	/* The guest takes one back, and it is gone. */
	ppi(w, 0, SW_PPI, true);
	guest_write(w, 0, ICC_PPI_CPENDR0_EL1, BIT(SW_PPI));
	slice(w, 0);
	assert_hex(guest_ack(w, 0), 0);
}

/* (3) A level belongs to its device, whatever software can write. */
RULE(b04_level_belongs_to_the_device, 1)
{
	/* In software they are in the image, whose levels are not the PE's. */
	w->pe[0].config.level_is_storage = w->config.interface == HARD;
	ppi(w, 0, PMU, true);
	ppi(w, 0, UPPER, true);
	guest_write(w, 0, ICC_PPI_CPENDR0_EL1, ONES);
	guest_write(w, 0, ICC_PPI_CPENDR1_EL1, ONES);
	guest_write(w, 0, ICC_PPI_SPENDR0_EL1, BIT(TIMER));
	slice(w, 0);
	assert_hex(pending(w, 0), BIT(PMU));
	assert_hex(guest_read(w, 0, ICC_PPI_SPENDR1_EL1), BIT(UPPER - 64));
	ppi(w, 0, PMU, false);
	slice(w, 0);
	assert_hex(pending(w, 0), 0);
}

/* (4) What the guest does not get stays 0, whatever the guest writes. */
RULE(b04_hidden_stays_zero, 1)
{
	for (uint32_t n = 0; n < 2; n++) {
		guest_write(w, 0, ICC_PPI_ENABLER0_EL1 + n, ONES);
		guest_write(w, 0, ICC_PPI_SACTIVER0_EL1 + n, ONES);
		guest_write(w, 0, ICC_PPI_SPENDR0_EL1 + n, ONES);
	}
	slice(w, 0);
	assert_hex(w->pe[0].regs->enabler[0],
		   BIT(SW_PPI) | BIT(PMU) | BIT(TIMER));
	assert_hex(w->pe[0].regs->activer[0],
		   BIT(SW_PPI) | BIT(PMU) | BIT(TIMER));
	assert_hex(w->pe[0].regs->pendr[0], BIT(SW_PPI));
	assert_hex(w->pe[0].regs->enabler[1], BIT(0) | BIT(UPPER - 64));
	assert_hex(w->pe[0].regs->activer[1], BIT(0) | BIT(UPPER - 64));
	assert_hex(w->pe[0].regs->pendr[1], BIT(0));
	ppi(w, 0, HIDDEN, true);
	ppi(w, 0, HIDDEN_EDGE, true);
	slice(w, 0);
	assert_hex(w->pe[0].regs->pendr[0], BIT(SW_PPI));
	assert_hex(w->pe[0].regs->pendr[1], BIT(0));
}

/* Where software can, it does not even show that they exist. */
TEST(b04_hidden_is_not_there)
{
	WORLD(.interface = SOFT);

	assert_hex(guest_read(w, 0, ICC_PPI_HMR0_EL1), BIT(PMU) | BIT(TIMER));
	assert_hex(guest_read(w, 0, ICC_PPI_HMR1_EL1), BIT(UPPER - 64));
	world_end(w);
}

/* (6) Active, and the priority that is running, go where the vCPU goes. */
RULE(b04_active_follows_the_vcpu, 1)
{
	ppi(w, 0, PMU, true);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(PMU));
	leave(w, 0);
	assert_hex(guest_read(w, 0, ICC_PPI_SACTIVER0_EL1), BIT(PMU));
	assert_hex(guest_read(w, 0, ICC_APR_EL1), BIT(0));
	assert_hex(guest_ack(w, 0), 0);
	guest_end(w, 0, GICV5_PPI(PMU));
	leave(w, 0);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(PMU));
	guest_end(w, 0, GICV5_PPI(PMU));
}

/* An edge that is noticed between exit and a trapped access is kept. */
RULE(b04_edge_before_a_trapped_access, 1)
{
	uint64_t value = 31;

	run(w, 0);
	stop(w, 0);
	assert_int_equal(vgic_inject_irq(w->gic, 0, GICV5_PPI(SW_PPI), true, w),
			 0);
	assert_true(vgic_pending(w->vcpu[0]));
	(void)vgic_trap_sysreg(w->vcpu[0],
			       w->config.interface == SOFT ? ICC_PCR_EL1 :
							     ICC_IDR0_EL1,
			       w->config.interface == SOFT, &value);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(SW_PPI));
	guest_end(w, 0, GICV5_PPI(SW_PPI));
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
