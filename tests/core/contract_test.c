/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * src/core/contract.h: each rule that an embedder may break is reported by its
 * name, once; and what a good embedder does is not.  The files that look are
 * built with VGIC_CONTRACT here.
 */
#include "core/contract.h"
#include "regs/gicv5.h"
#include "tests/machine/test.h"

static const char *broken;
static unsigned int reports;
static uintptr_t thread;

static void no_kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

static void on_bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	(void)ctx;
	(void)intid;
	assert_int_equal(vcpu, 1);
	broken = what;
	reports++;
}

static uintptr_t this_thread(void *ctx)
{
	(void)ctx;
	return thread;
}

static const struct vgic_host_ops host = {
	.kick = no_kick,
	.bug = on_bug,
	.thread = this_thread,
};

static void *memory, *hw[2];
static struct vgic *gic;
static struct vgic_vcpu *other, *vcpu;

static int set_up(void **state)
{
	struct vgic_config c = { .arch = &vgic_gicv3_its,
				 .nr_vcpus = 2,
				 .nr_spis = 32,
				 .nr_redist_regions = 1,
				 .cpuif = &vgic_soft_backend,
				 .host = &host };

	(void)state;
	for (uint32_t v = 0; v < 2; v++) {
		hw[v] = malloc(vgic_soft_size());
		vgic_soft_init(hw[v], false, NULL, NULL, &c.caps);
	}
	memory = aligned_alloc(64, vgic_memory_size(&c));
	assert_int_equal(vgic_create(&c, memory, vgic_memory_size(&c), &gic),
			 0);
	assert_int_equal(vgic_set_dist_base(gic, MACHINE_GICD), 0);
	assert_int_equal(vgic_vcpu_create(gic, 0, 0, hw[0], &other), 0);
	assert_int_equal(vgic_vcpu_create(gic, 1, 1, hw[1], &vcpu), 0);
	broken = NULL;
	reports = 0;
	thread = 5;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(memory);
	free(hw[0]);
	free(hw[1]);
	return 0;
}

#define BREAKS(rule, action) \
	do { \
		assert_int_equal(reports, 0); \
		action; \
		assert_int_equal(reports, 1); \
		assert_string_equal(broken, rule); \
		reports = 0; \
	} while (0)

static enum vgic_trap mmio(struct vgic_vcpu *v, uint32_t offset, bool write,
			   uint64_t value)
{
	return vgic_trap_mmio(v, MACHINE_GICD + offset, 4, write, &value);
}

static enum vgic_trap sysreg(struct vgic_vcpu *v, uint32_t reg, bool write,
			     uint64_t value)
{
	return vgic_trap_sysreg(v, reg, write, &value);
}

/* A life as it should be: nothing is reported. */
TEST(nothing_broken)
{
	uint64_t value = 0;

	(void)state;
	mmio(vcpu, GICD_CTLR, true, 2);
	vgic_load(vcpu);
	vgic_load(vcpu);
	for (uint32_t i = 0; i < 3; i++) {
		vgic_enter(vcpu);
		vgic_trap_sysreg_entered(vcpu, ICC_PMR_EL1, false, &value);
		vgic_exit(vcpu);
		mmio(vcpu, GICD_CTLR, false, 0);
		sysreg(vcpu, ICC_PMR_EL1, true, 0xff);
		vgic_pending(vcpu);
		vgic_update_signals(vcpu);
	}
	vgic_put(vcpu);
	vgic_put(vcpu);
	vgic_vcpu_reset(vcpu, true);
	/* On another CPU next time. */
	thread = 6;
	vgic_load(vcpu);
	vgic_enter(vcpu);
	vgic_exit(vcpu);
	vgic_put(vcpu);
	assert_int_equal(reports, 0);
}

TEST(entered_without_load)
{
	(void)state;
	BREAKS(RULE_ENTER_LOAD, vgic_enter(vcpu));
}

TEST(entered_twice)
{
	(void)state;
	vgic_load(vcpu);
	vgic_enter(vcpu);
	BREAKS(RULE_ENTER_TWICE, vgic_enter(vcpu));
}

TEST(exit_without_enter)
{
	(void)state;
	vgic_load(vcpu);
	BREAKS(RULE_EXIT, vgic_exit(vcpu));
}

TEST(put_while_entered)
{
	(void)state;
	vgic_load(vcpu);
	vgic_enter(vcpu);
	BREAKS(RULE_PUT, vgic_put(vcpu));
}

TEST(trap_while_entered)
{
	(void)state;
	vgic_load(vcpu);
	vgic_enter(vcpu);
	BREAKS(RULE_TRAP, mmio(vcpu, GICD_CTLR, false, 0));
	BREAKS(RULE_TRAP, sysreg(vcpu, ICC_PMR_EL1, false, 0));
}

TEST(pending_while_entered)
{
	(void)state;
	vgic_load(vcpu);
	vgic_enter(vcpu);
	BREAKS(RULE_PENDING, vgic_pending(vcpu));
	BREAKS(RULE_PENDING, vgic_update_signals(vcpu));
}

TEST(entered_call_without_enter)
{
	uint64_t value = 0;

	(void)state;
	vgic_load(vcpu);
	BREAKS(RULE_ENTERED, vgic_inject_irq_entered(vcpu, 20, true, NULL));
	BREAKS(RULE_ENTERED, vgic_reenter(vcpu));
	BREAKS(RULE_ENTERED,
	       vgic_trap_mmio_entered(vcpu, MACHINE_GICD, 4, false, &value));
	BREAKS(RULE_ENTERED,
	       vgic_trap_sysreg_entered(vcpu, ICC_PMR_EL1, false, &value));
	BREAKS(RULE_ENTERED, vgic_trap_usual(vcpu, GIC_CDEOI, &value));
	BREAKS(RULE_ENTERED, vgic_trap_usual_pend(vcpu, value));
	BREAKS(RULE_ENTERED, vgic_reenter_usual(vcpu));
}

TEST(reset_while_loaded)
{
	(void)state;
	vgic_load(vcpu);
	BREAKS(RULE_RESET, vgic_vcpu_reset(vcpu, true));
}

/* Every call of a loaded vCPU's own thread. */
TEST(wrong_thread)
{
	uint64_t value = 0;

	(void)state;
	vgic_load(vcpu);
	thread = 6;
	BREAKS(RULE_THREAD, vgic_enter(vcpu));
	BREAKS(RULE_THREAD,
	       vgic_trap_sysreg_entered(vcpu, ICC_PMR_EL1, false, &value));
	BREAKS(RULE_THREAD, vgic_trap_usual(vcpu, GIC_CDEOI, &value));
	BREAKS(RULE_THREAD, vgic_trap_usual_pend(vcpu, value));
	BREAKS(RULE_THREAD, vgic_reenter_usual(vcpu));
	BREAKS(RULE_THREAD, vgic_exit(vcpu));
	BREAKS(RULE_THREAD, mmio(vcpu, GICD_CTLR, false, 0));
	BREAKS(RULE_THREAD, sysreg(vcpu, ICC_PMR_EL1, false, 0));
	BREAKS(RULE_THREAD, vgic_pending(vcpu));
	BREAKS(RULE_THREAD, vgic_update_signals(vcpu));
	BREAKS(RULE_THREAD, vgic_load(vcpu));
	thread = 7;
	BREAKS(RULE_THREAD, vgic_put(vcpu));
}

/*
 * vCPU 1 has an SPI in a list register and does not leave the guest, however
 * often it is kicked; vCPU 0 wants to read its active state.
 */
TEST(kick_missing)
{
	uint32_t tries = 0;

	(void)state;
	mmio(other, GICD_CTLR, true, 2);
	mmio(other, GICD_ISENABLER + 4, true, 1);
	mmio(other, GICD_IROUTER + 8 * 32, true, 1);
	vgic_load(vcpu);
	sysreg(vcpu, ICC_PMR_EL1, true, 0xff);
	sysreg(vcpu, ICC_IGRPEN1_EL1, true, 1);
	vgic_inject_irq(gic, 0, 32, true, NULL);
	vgic_enter(vcpu);
	while (!reports && tries <= CONTRACT_PATIENCE) {
		assert_int_equal(mmio(other, GICD_ISACTIVER + 4, false, 0),
				 VGIC_TRAP_RETRY);
		tries++;
	}
	assert_int_equal(tries, CONTRACT_PATIENCE);
	assert_string_equal(broken, RULE_KICK);
	vgic_exit(vcpu);
	assert_int_equal(mmio(other, GICD_ISACTIVER + 4, false, 0),
			 VGIC_TRAP_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(nothing_broken),
		machine_test(entered_without_load),
		machine_test(entered_twice),
		machine_test(exit_without_enter),
		machine_test(put_while_entered),
		machine_test(trap_while_entered),
		machine_test(pending_while_entered),
		machine_test(entered_call_without_enter),
		machine_test(reset_while_loaded),
		machine_test(wrong_thread),
		machine_test(kick_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
