/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/vtimer.h"

#include <string.h>

#include "hyp/irq.h"
#include "hyp/options.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "tests/hyp/test.h"

#define TVAL 0
#define CTL 1
#define CVAL 2
#define ENABLE 1u
#define IMASK 2u
#define ISTATUS 4u

#define NOW UINT64_C(1000000)
#define NEVER UINT64_MAX

struct cpu fake_cpu;
struct options options;
struct vm vm;

static struct vcpu vcpu;
static struct {
	uint64_t counter;
	uint64_t cntv_ctl, cntv_cval;
	bool lines[32];
	bool in_flight;
	const struct vgic_irq_ops *vtimer_ops;
} world;

/* It runs on between any two readings. */
uint64_t fake_counter(void)
{
	return world.counter++;
}

static uint64_t *sysreg(const char *name)
{
	if (!strcmp(name, "cntv_ctl_el0")) {
		return &world.cntv_ctl;
	}
	assert_string_equal(name, "cntv_cval_el0");
	return &world.cntv_cval;
}

uint64_t fake_read_sysreg(const char *name)
{
	return *sysreg(name);
}

void fake_write_sysreg(const char *name, uint64_t value)
{
	*sysreg(name) = value;
}

uint32_t vm_ppi(uint32_t ppi)
{
	return ppi;
}

void irq_set_active(uint32_t intid, bool active)
{
	(void)intid;
	(void)active;
}

int vgic_inject_irq(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		    bool level, const void *owner)
{
	(void)gic;
	(void)vcpu_index;
	assert_ptr_equal(owner, &vcpu);
	world.lines[intid] = level;
	return VGIC_OK;
}

int vgic_get_irq_info(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		      struct vgic_irq_info *info)
{
	(void)gic;
	(void)vcpu_index;
	(void)intid;
	*info = (struct vgic_irq_info){ .pending = world.in_flight };
	return VGIC_OK;
}

int vgic_set_owner(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		   const void *owner)
{
	(void)gic;
	(void)vcpu_index;
	(void)intid;
	(void)owner;
	return VGIC_OK;
}

int vgic_map_irq(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		 uint32_t pintid)
{
	(void)gic;
	(void)vcpu_index;
	assert_int_equal(intid, pintid);
	return VGIC_OK;
}

int vgic_set_irq_ops(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		     const struct vgic_irq_ops *ops, void *opaque)
{
	(void)gic;
	(void)vcpu_index;
	(void)intid;
	assert_ptr_equal(opaque, &vcpu);
	world.vtimer_ops = ops;
	return VGIC_OK;
}

/* Armed: it is on this CPU's list. */
void timer_arm(struct timer *timer, uint64_t deadline)
{
	timer->deadline = deadline;
	atomic_store(&timer->cpu, &fake_cpu);
}

void timer_cancel(struct timer *timer)
{
	atomic_store(&timer->cpu, NULL);
}

static bool is_armed(struct timer *timer, uint64_t deadline)
{
	return atomic_load(&timer->cpu) && timer->deadline == deadline;
}

/* As timer_run() does it, when its time has come. */
static void run_out(struct timer *timer)
{
	world.counter = timer->deadline;
	timer_cancel(timer);
	timer->fn(timer);
}

static int set_up(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	memset(&vcpu, 0, sizeof(vcpu));
	world.counter = NOW;
	fake_cpu.vcpu = NULL;
	assert_int_equal(vtimer_init(&vcpu), VGIC_OK);
	return 0;
}

static void fires_in_time(void **state)
{
	(void)state;
	ptimer_write(&vcpu, CVAL, NOW + 500);
	ptimer_write(&vcpu, CTL, ENABLE);
	assert_false(world.lines[PPI_CNTP]);
	assert_true(is_armed(&vcpu.timers.phys, NOW + 500));
	assert_int_equal(ptimer_read(&vcpu, CTL), ENABLE);
	run_out(&vcpu.timers.phys);
	assert_true(world.lines[PPI_CNTP]);
	assert_int_equal(ptimer_read(&vcpu, CTL), ENABLE | ISTATUS);
	ptimer_write(&vcpu, CTL, ENABLE | IMASK);
	assert_false(world.lines[PPI_CNTP]);
	assert_int_equal(ptimer_read(&vcpu, CTL), ENABLE | IMASK | ISTATUS);
	assert_false(world.lines[PPI_CNTP]);
}

/*
 * The software timer is late.  No register shows that the time has come with
 * the line still low, wherever between two readings it comes.
 */
static void line_is_up_before_istatus_shows(void **state)
{
	bool was_late = false;

	(void)state;
	for (unsigned int lead = 0; lead < 8; lead++) {
		ptimer_write(&vcpu, CTL, 0);
		ptimer_write(&vcpu, CVAL, world.counter + 4);
		ptimer_write(&vcpu, CTL, ENABLE);
		world.counter += lead;
		was_late |= !world.lines[PPI_CNTP];
		if (ptimer_read(&vcpu, CTL) & ISTATUS) {
			assert_true(world.lines[PPI_CNTP]);
		} else {
			assert_false(world.lines[PPI_CNTP]);
		}
	}
	assert_true(was_late);
	ptimer_write(&vcpu, CVAL, world.counter + 10);
	world.counter += 20;
	assert_false(world.lines[PPI_CNTP]);
	assert_true((int32_t)ptimer_read(&vcpu, TVAL) < 0);
	assert_true(world.lines[PPI_CNTP]);
}

/* A timer that another CPU has begun to run, and the guest turns off. */
static void late_timer_raises_nothing(void **state)
{
	(void)state;
	ptimer_write(&vcpu, CVAL, NOW + 500);
	ptimer_write(&vcpu, CTL, ENABLE);
	ptimer_write(&vcpu, CTL, 0);
	run_out(&vcpu.timers.phys);
	assert_false(world.lines[PPI_CNTP]);
	/* Set for later instead: it has been armed for that. */
	ptimer_write(&vcpu, CTL, ENABLE);
	ptimer_write(&vcpu, CVAL, world.counter + 500);
	vcpu.timers.phys.fn(&vcpu.timers.phys);
	assert_false(world.lines[PPI_CNTP]);
	assert_true(atomic_load(&vcpu.timers.phys.cpu) != NULL);
}

/* DDI 0487 D12.1.2: unsigned, so near 2^64 is never. */
static void field_54_far_physical_deadline(void **state)
{
	static const uint64_t far[] = { NEVER, NEVER - 1, UINT64_C(1) << 63 };

	(void)state;
	for (unsigned int i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		ptimer_write(&vcpu, CVAL, far[i]);
		ptimer_write(&vcpu, CTL, ENABLE);
		assert_false(world.lines[PPI_CNTP]);
		assert_true(is_armed(&vcpu.timers.phys, far[i]));
		assert_int_equal(ptimer_read(&vcpu, CTL), ENABLE);
		assert_true(ptimer_read(&vcpu, CVAL) == far[i]);
	}
	/* Before the beginning of time, by a negative TVAL. */
	world.counter = 1000;
	ptimer_write(&vcpu, TVAL, (uint32_t)-2000);
	assert_true(ptimer_read(&vcpu, CVAL) > NEVER - 1000);
	assert_false(world.lines[PPI_CNTP]);
	/* And it comes when the counter gets there, not before. */
	ptimer_write(&vcpu, CVAL, NEVER - 5);
	world.counter = NEVER - 7;
	assert_int_equal(ptimer_read(&vcpu, CTL), ENABLE);
	world.counter = NEVER - 5;
	assert_int_equal(ptimer_read(&vcpu, CTL), ENABLE | ISTATUS);
	assert_true(world.lines[PPI_CNTP]);
}

/* While the vCPU is not loaded a software timer stands in. */
static void field_54_far_virtual_deadline(void **state)
{
	static const uint64_t far[] = { NEVER, NEVER - 1, UINT64_C(1) << 63,
					NOW + 500 };

	(void)state;
	for (unsigned int i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		vcpu.timers.cntv_ctl = ENABLE;
		vcpu.timers.cntv_cval = far[i];
		vtimer_arm(&vcpu);
		assert_true(is_armed(&vcpu.timers.virt, far[i]));
		assert_false(
			world.vtimer_ops->get_input_level(&vcpu, 0, PPI_CNTV));
	}
	world.counter = NOW + 500;
	assert_true(world.vtimer_ops->get_input_level(&vcpu, 0, PPI_CNTV));
	vcpu.timers.cntv_ctl = ENABLE | IMASK;
	assert_false(world.vtimer_ops->get_input_level(&vcpu, 0, PPI_CNTV));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fires_in_time, set_up),
		cmocka_unit_test_setup(line_is_up_before_istatus_shows, set_up),
		cmocka_unit_test_setup(late_timer_raises_nothing, set_up),
		cmocka_unit_test_setup(field_54_far_physical_deadline, set_up),
		cmocka_unit_test_setup(field_54_far_virtual_deadline, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
