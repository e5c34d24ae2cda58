/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * src/core/side.c: the host hears how a guest configures a mapped interrupt
 * (vgic_host_ops.phys_configure), and mapping wants phys_set_active.
 */
#include "tests/machine/test.h"

#define PINTID 70u

static struct vgic_phys_config last;
static unsigned int calls;
/* Done once, amid the next call: what another vCPU does meanwhile. */
static void (*meanwhile)(void);

static void no_kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

static void set_active(void *ctx, uint32_t pintid, bool active)
{
	(void)ctx;
	(void)pintid;
	(void)active;
}

static void configure(void *ctx, uint32_t pintid,
		      const struct vgic_phys_config *config)
{
	void (*act)(void) = meanwhile;
	struct vgic_phys_config now = *config;

	(void)ctx;
	assert_int_equal(pintid, PINTID);
	meanwhile = NULL;
	calls++;
	if (act) {
		act();
	}
	last = now;
}

static const struct vgic_host_ops deaf = { .kick = no_kick };
static const struct vgic_host_ops host = {
	.kick = no_kick,
	.phys_set_active = set_active,
	.phys_configure = configure,
};

static void *memory, *hw;
static struct vgic *gic;
static struct vgic_vcpu *vcpu, *second;

static void make(const struct vgic_host_ops *ops)
{
	struct vgic_config c = { .arch = &vgic_gicv3_its,
				 .nr_vcpus = 2,
				 .nr_spis = 32,
				 .nr_redist_regions = 1,
				 .nr_side_entries = 4,
				 .cpuif = &vgic_soft_backend,
				 .host = ops };

	hw = calloc(2, vgic_soft_size());
	vgic_soft_init(hw, false, NULL, NULL, &c.caps);
	memory = aligned_alloc(64, vgic_memory_size(&c));
	assert_int_equal(vgic_create(&c, memory, vgic_memory_size(&c), &gic),
			 0);
	assert_int_equal(vgic_set_dist_base(gic, MACHINE_GICD), 0);
	assert_int_equal(vgic_add_redist_region(gic, MACHINE_GICR, 2), 0);
	assert_int_equal(vgic_vcpu_create(gic, 0, 0, hw, &vcpu), 0);
	assert_int_equal(vgic_vcpu_create(gic, 1, 1, hw, &second), 0);
	calls = 0;
	meanwhile = NULL;
}

static void end(void)
{
	free(memory);
	free(hw);
}

static void store(uint64_t ipa, unsigned int width, uint64_t value)
{
	assert_int_equal(vgic_trap_mmio(vcpu, ipa, width, true, &value),
			 VGIC_TRAP_DONE);
}

/* One change: one call more, and what it says. */
#define TELLS(action, expression) \
	do { \
		unsigned int before_ = calls; \
		action; \
		assert_int_equal(calls, before_ + 1); \
		assert_true(expression); \
	} while (0)
#define TELLS_NOTHING(action) \
	do { \
		unsigned int before_ = calls; \
		action; \
		assert_int_equal(calls, before_); \
	} while (0)

TEST(without_phys_set_active)
{
	(void)state;
	make(&deaf);
	assert_int_equal(vgic_map_irq(gic, 0, 33, PINTID), VGIC_E_NOTSUP);
	end();
}

TEST(spi)
{
	(void)state;
	make(&host);
	TELLS_NOTHING(store(MACHINE_GICD + GICD_ISENABLER + 4, 4, 2));
	TELLS(assert_int_equal(vgic_map_irq(gic, 0, 33, PINTID), VGIC_OK),
	      last.enabled && !last.level && last.priority == 0 &&
		      last.target == 0 && last.intid == 33 && last.vcpu == 0);
	TELLS(store(MACHINE_GICD + GICD_ICENABLER + 4, 4, 2), !last.enabled);
	TELLS_NOTHING(store(MACHINE_GICD + GICD_ICENABLER + 4, 4, 2));
	TELLS(store(MACHINE_GICD + GICD_ISENABLER + 4, 4, 2), last.enabled);
	TELLS(store(MACHINE_GICD + GICD_IPRIORITYR + 33, 1, 0xa3),
	      last.priority == 0xa0);
	TELLS(store(MACHINE_GICD + GICD_ICFGR + 8, 4, 0), last.level);
	TELLS(store(MACHINE_GICD + GICD_ICFGR + 8, 4, 0xaaaaaaaa), !last.level);
	TELLS(store(MACHINE_GICD + GICD_IROUTER + 8 * 33, 8, 1),
	      last.target == 1);
	TELLS(store(MACHINE_GICD + GICD_IROUTER + 8 * 33, 8, 0x77),
	      last.target == UINT32_MAX);
	TELLS(store(MACHINE_GICD + GICD_IROUTER + 8 * 33, 8, UINT64_C(1) << 31),
	      last.target == UINT32_MAX);
	/* What concerns others, or is no configuration. */
	TELLS_NOTHING(store(MACHINE_GICD + GICD_ISENABLER + 4, 4, 4));
	TELLS_NOTHING(vgic_inject_irq(gic, 0, 33, true, NULL));
	TELLS_NOTHING(vgic_inject_irq(gic, 0, 33, false, NULL));
	TELLS(vgic_reset(gic), !last.enabled && last.target == 0);
	assert_int_equal(vgic_unmap_irq(gic, 0, 33), VGIC_OK);
	TELLS_NOTHING(store(MACHINE_GICD + GICD_ISENABLER + 4, 4, 2));
	end();
}

TEST(ppi)
{
	const uint64_t sgi_frame = MACHINE_GICR + GICR_STRIDE + 0x10000;

	(void)state;
	make(&host);
	TELLS(assert_int_equal(vgic_map_irq(gic, 1, 27, PINTID), VGIC_OK),
	      last.vcpu == 1 && last.intid == 27 && last.level &&
		      last.target == 1);
	TELLS(store(sgi_frame + 0x100, 4, 1u << 27), last.enabled);
	end();
}

static void disable(void)
{
	store(MACHINE_GICD + GICD_ICENABLER + 4, 4, 2);
}

/*
 * While the host is told that the interrupt is enabled another vCPU disables
 * it, and tells the host first: the call that returns last says so, too.
 */
TEST(two_at_once)
{
	(void)state;
	make(&host);
	assert_int_equal(vgic_map_irq(gic, 0, 33, PINTID), VGIC_OK);
	meanwhile = disable;
	store(MACHINE_GICD + GICD_ISENABLER + 4, 4, 2);
	assert_false(last.enabled);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_phys_set_active),
		cmocka_unit_test(spi),
		cmocka_unit_test(ppi),
		cmocka_unit_test(two_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
