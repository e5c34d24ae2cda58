/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What KVM's door says to several threads at once, on real ones: vCPUs that
 * run, devices that signal, and a VMM that changes things meanwhile.
 */
#include "tests/kvm/script.h"
#include "tests/machine/soft.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <vgic/trap.h>

#define SPI 32u
#define NR_CPUS 4u
#define RESAMPLE VGIC_KVM_IRQFD_RESAMPLE
#define DEASSIGN VGIC_KVM_IRQFD_DEASSIGN
#define ITS_BASE 0x400000u
/* Nothing here takes so long, unless something is lost. */
#define PATIENCE 20

struct rig {
	struct vgic_kvm *vm;
	struct vgic *gic;
	uint32_t fd, its;
	void *hw[NR_CPUS];
	pthread_barrier_t start;
	atomic_bool stop;
	/* The device wants something; how often it was heard. */
	atomic_bool wants;
	atomic_uint heard;
	/* Signals, or whatever a thread counts. */
	atomic_uint rounds;
	/* vCPUs that run, as they see it themselves. */
	atomic_uint running;
	atomic_uint wrong;
};

static void *get_memory(void *ctx, size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);

	(void)ctx;
	/* As found: it was somebody else's. */
	memset(memory, 0xa5, size);
	return memory;
}

static void give_back(void *ctx, void *memory)
{
	(void)ctx;
	free(memory);
}

static int copy_in(void *ctx, void *to, uint64_t addr, size_t size)
{
	(void)ctx;
	memcpy(to, (const void *)(uintptr_t)addr, size);
	return 0;
}

static int copy_out(void *ctx, uint64_t addr, const void *from, size_t size)
{
	struct rig *r = ctx;

	if (atomic_load(&r->running)) {
		atomic_fetch_add(&r->wrong, 1);
	}
	memcpy((void *)(uintptr_t)addr, from, size);
	return 0;
}

static void on_resample(void *ctx, uint32_t resamplefd)
{
	struct rig *r = ctx;

	if (atomic_load(&r->wants)) {
		(void)vgic_kvm_irqfd_signal(r->vm, resamplefd - 100);
	}
}

static void on_kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

static int no_memory_in(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	(void)ctx;
	(void)ipa;
	(void)buf;
	(void)len;
	return -1;
}

static int no_memory_out(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	return no_memory_in(ctx, ipa, (void *)(uintptr_t)buf, len);
}

static const struct vgic_host_ops host = {
	.kick = on_kick,
	.read_guest = no_memory_in,
	.write_guest = no_memory_out,
};

static int set_attr(struct rig *r, uint32_t fd, uint32_t group, uint64_t attr,
		    uint64_t value)
{
	const struct vgic_kvm_device_attr a = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)&value,
	};

	return vgic_kvm_set_attr(r->vm, fd, &a);
}

static int init(struct rig *r)
{
	return set_attr(r, r->fd, VGIC_KVM_GRP_CTRL, VGIC_KVM_CTRL_INIT, 0);
}

/* A VM before its INIT, whose frames are placed. */
static void open_rig(struct rig *r, uint32_t type, uint32_t nr_vcpus)
{
	struct vgic_kvm_config config = {
		.models = VGIC_KVM_HAS_V2 | VGIC_KVM_HAS_V3,
		.ipa_bits = 40,
		.alloc = get_memory,
		.release = give_back,
		.copy_in = copy_in,
		.copy_out = copy_out,
		.resample = on_resample,
		.ctx = r,
		.gic = { .caps = { .nr_lrs = 4,
				   .pri_bits = 5,
				   .pre_bits = 5,
				   .id_bits = 16 },
			 .its = { .nr_its = 1, .nr_lpis = 64 },
			 .cpuif = &vgic_soft_backend,
			 .host = &host,
			 .nr_side_entries = 4 },
	};
	struct vgic_kvm_create_device device = { .type = type };
	bool v2 = type == VGIC_KVM_DEV_V2;

	memset(r, 0, sizeof(*r));
	assert_int_equal(vgic_kvm_create(&config, &r->vm), 0);
	for (uint32_t v = 0; v < nr_vcpus; v++) {
		r->hw[v] = soft_new(v2 ? VGIC_GICV2 : VGIC_GICV3, NULL, v,
				    &config.gic.caps);
		assert_int_equal(vgic_kvm_add_vcpu(r->vm, v, v, r->hw[v]), 0);
	}
	assert_int_equal(vgic_kvm_create_device(r->vm, &device), 0);
	r->fd = device.fd;
	assert_int_equal(
		set_attr(r, r->fd, VGIC_KVM_GRP_ADDR,
			 v2 ? VGIC_KVM_ADDR_V2_DIST : VGIC_KVM_ADDR_V3_DIST,
			 0x10000),
		0);
	assert_int_equal(
		set_attr(r, r->fd, VGIC_KVM_GRP_ADDR,
			 v2 ? VGIC_KVM_ADDR_V2_CPU : VGIC_KVM_ADDR_V3_REDIST,
			 0x100000),
		0);
	assert_int_equal(set_attr(r, r->fd, VGIC_KVM_GRP_NR_IRQS, 0, 64), 0);
}

static void close_rig(struct rig *r)
{
	vgic_kvm_destroy(r->vm);
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		free(r->hw[v]);
	}
}

/* A GICv3 whose SPIs 0 and 1 are levels of vCPU 0, which listens. */
static void open_guest(struct rig *r)
{
	uint64_t mpidr0 = 0;

	open_rig(r, VGIC_KVM_DEV_V3, 1);
	assert_int_equal(init(r), 0);
	r->gic = vgic_kvm_gic(r->vm);
	assert_int_equal(set_attr(r, r->fd, VGIC_KVM_GRP_DIST_REGS, GICD_CTLR,
				  GICD_CTLR_EnableGrp1),
			 0);
	assert_int_equal(
		set_attr(r, r->fd, VGIC_KVM_GRP_DIST_REGS, GICD_ICFGR + 8, 0),
		0);
	assert_int_equal(set_attr(r, r->fd, VGIC_KVM_GRP_DIST_REGS,
				  GICD_ISENABLER + 4, 3),
			 0);
	assert_int_equal(set_attr(r, r->fd, VGIC_KVM_GRP_CPU_SYSREGS,
				  mpidr0 | ICC_PMR_EL1, 0xf0),
			 0);
	assert_int_equal(set_attr(r, r->fd, VGIC_KVM_GRP_CPU_SYSREGS,
				  mpidr0 | ICC_IGRPEN1_EL1, 1),
			 0);
}

static void irqfd(struct rig *r, uint32_t flags)
{
	const struct vgic_kvm_irqfd a = {
		.fd = 9,
		.gsi = 0,
		.flags = flags,
		.resamplefd = 109,
	};

	assert_int_equal(vgic_kvm_irqfd(r->vm, &a), 0);
}

static bool line(struct rig *r, uint32_t pin)
{
	struct vgic_irq_info info;

	assert_int_equal(vgic_get_irq_info(r->gic, 0, SPI + pin, &info), 0);
	return info.line;
}

static void wait_for_rounds(struct rig *r, uint32_t n)
{
	uint32_t until = atomic_load(&r->rounds) + n;

	while ((int32_t)(atomic_load(&r->rounds) - until) < 0) {
		(void)sched_yield();
	}
}

static void *signal_all_the_time(void *arg)
{
	struct rig *r = arg;

	while (!atomic_load(&r->stop)) {
		int err = vgic_kvm_irqfd_signal(r->vm, 9);

		if (err && err != ERR(ENOENT)) {
			atomic_fetch_add(&r->wrong, 1);
		}
		atomic_fetch_add(&r->rounds, 1);
	}
	return NULL;
}

static void signalled_while_taken_away(void **state)
{
	struct rig r;
	pthread_t thread;

	(void)state;
	open_guest(&r);
	assert_int_equal(pthread_create(&thread, NULL, signal_all_the_time, &r),
			 0);
	for (uint32_t n = 0; n < 300; n++) {
		irqfd(&r, RESAMPLE);
		wait_for_rounds(&r, 1);
		irqfd(&r, DEASSIGN);
		/* The signal that was under way has ended, too. */
		wait_for_rounds(&r, 2);
		assert_false(line(&r, 0));
	}
	atomic_store(&r.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(r.wrong, 0);
	close_rig(&r);
}

/* Takes what comes; the device has what it wants by then. */
static void *guest(void *arg)
{
	struct rig *r = arg;
	struct vgic_vcpu *vcpu = vgic_kvm_vcpu(r->vm, 0);

	while (!atomic_load(&r->stop)) {
		uint64_t intid = 1023;

		vgic_load(vcpu);
		vgic_enter(vcpu);
		vgic_exit(vcpu);
		(void)vgic_trap_sysreg(vcpu, ICC_IAR1_EL1, false, &intid);
		if (intid != 1023) {
			if (atomic_exchange(&r->wants, false)) {
				atomic_fetch_add(&r->heard, 1);
			}
			(void)vgic_trap_sysreg(vcpu, ICC_EOIR1_EL1, true,
					       &intid);
		} else {
			(void)sched_yield();
		}
		vgic_enter(vcpu);
		vgic_exit(vcpu);
		vgic_put(vcpu);
	}
	return NULL;
}

static void *reroute(void *arg)
{
	struct rig *r = arg;
	struct {
		struct vgic_kvm_routing header;
		struct vgic_kvm_routing_entry entry;
	} tables[] = { { { 1, 0 }, TO_PIN(0, 0, 0) },
		       { { 1, 0 }, TO_PIN(0, 0, 1) } };

	for (uint32_t n = 0; !atomic_load(&r->stop); n++) {
		if (vgic_kvm_set_gsi_routing(r->vm, &tables[n % 2].header)) {
			atomic_fetch_add(&r->wrong, 1);
		}
		(void)sched_yield();
	}
	return NULL;
}

static bool heard(struct rig *r)
{
	time_t late = time(NULL) + PATIENCE;

	while (atomic_load(&r->wants)) {
		if (time(NULL) > late) {
			return false;
		}
		(void)sched_yield();
	}
	return true;
}

static void signalled_while_routed(void **state)
{
	struct rig r;
	pthread_t vcpu, vmm;

	(void)state;
	open_guest(&r);
	irqfd(&r, RESAMPLE);
	assert_int_equal(pthread_create(&vcpu, NULL, guest, &r), 0);
	assert_int_equal(pthread_create(&vmm, NULL, reroute, &r), 0);
	for (uint32_t n = 0; n < 500; n++) {
		atomic_store(&r.wants, true);
		assert_int_equal(vgic_kvm_irqfd_signal(r.vm, 9), 0);
		assert_true(heard(&r));
	}
	atomic_store(&r.stop, true);
	assert_int_equal(pthread_join(vmm, NULL), 0);
	assert_int_equal(pthread_join(vcpu, NULL), 0);
	/* The guest ends what it was about to take. */
	atomic_store(&r.stop, false);
	assert_int_equal(pthread_create(&vcpu, NULL, guest, &r), 0);
	for (time_t late = time(NULL) + PATIENCE;
	     (line(&r, 0) || line(&r, 1)) && time(NULL) < late;) {
		(void)sched_yield();
	}
	atomic_store(&r.stop, true);
	assert_int_equal(pthread_join(vcpu, NULL), 0);
	assert_false(line(&r, 0));
	assert_false(line(&r, 1));
	assert_int_equal(r.heard, 500);
	assert_int_equal(r.wrong, 0);
	close_rig(&r);
}

/* One of several threads that begin at once. */
struct worker {
	struct rig *rig;
	pthread_t thread;
	uint32_t n;
	int err;
};

static void start_all(struct rig *r, struct worker *workers, uint32_t n,
		      void *(*body)(void *))
{
	assert_int_equal(pthread_barrier_init(&r->start, NULL, n + 1), 0);
	for (uint32_t i = 0; i < n; i++) {
		workers[i] = (struct worker){ .rig = r, .n = i };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, body,
						&workers[i]),
				 0);
	}
	(void)pthread_barrier_wait(&r->start);
}

static void join_all(struct rig *r, struct worker *workers, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
	}
	(void)pthread_barrier_destroy(&r->start);
}

/* Again as long as that is what it is told. */
static void *raise_line(void *arg)
{
	struct worker *w = arg;
	const struct vgic_kvm_irq_level level = {
		.irq = IRQ(VGIC_KVM_IRQ_TYPE_SPI, 0, SPI + w->n),
		.level = 1,
	};

	(void)pthread_barrier_wait(&w->rig->start);
	do {
		w->err = vgic_kvm_irq_line(w->rig->vm, &level);
	} while (w->err == ERR(EAGAIN) || w->err == ERR(EBUSY));
	return NULL;
}

static void assert_raised(struct rig *r, struct worker *workers, uint32_t n)
{
	r->gic = vgic_kvm_gic(r->vm);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(workers[i].err, 0);
		assert_true(line(r, i));
	}
}

static void first_lines_at_once(void **state)
{
	struct worker workers[3];
	struct rig r;

	(void)state;
	for (uint32_t n = 0; n < 50; n++) {
		open_rig(&r, VGIC_KVM_DEV_V2, 2);
		start_all(&r, workers, 3, raise_line);
		join_all(&r, workers, 3);
		assert_raised(&r, workers, 3);
		close_rig(&r);
	}
}

static void lines_while_made(void **state)
{
	struct worker workers[2];
	struct rig r;

	(void)state;
	for (uint32_t n = 0; n < 50; n++) {
		open_rig(&r, VGIC_KVM_DEV_V3, 2);
		start_all(&r, workers, 2, raise_line);
		assert_int_equal(init(&r), 0);
		join_all(&r, workers, 2);
		assert_raised(&r, workers, 2);
		close_rig(&r);
	}
}

static void *run(void *arg)
{
	struct worker *w = arg;

	(void)pthread_barrier_wait(&w->rig->start);
	do {
		w->err = vgic_kvm_run_begin(w->rig->vm, w->n);
	} while (w->err == ERR(EAGAIN));
	return NULL;
}

static void first_runs_at_once(void **state)
{
	struct worker workers[NR_CPUS];
	struct rig r;

	(void)state;
	for (uint32_t n = 0; n < 50; n++) {
		open_rig(&r, VGIC_KVM_DEV_V3, NR_CPUS);
		assert_int_equal(init(&r), 0);
		start_all(&r, workers, NR_CPUS, run);
		join_all(&r, workers, NR_CPUS);
		for (uint32_t v = 0; v < NR_CPUS; v++) {
			assert_int_equal(workers[v].err, 0);
			assert_int_equal(init(&r), ERR(EBUSY));
			vgic_kvm_run_end(r.vm, v);
		}
		assert_int_equal(init(&r), 0);
		close_rig(&r);
	}
}

static void *run_now_and_then(void *arg)
{
	struct worker *w = arg;
	struct rig *r = w->rig;

	(void)pthread_barrier_wait(&r->start);
	while (!atomic_load(&r->stop)) {
		w->err = vgic_kvm_run_begin(r->vm, w->n);
		if (!w->err) {
			atomic_fetch_add(&r->running, 1);
			atomic_fetch_sub(&r->running, 1);
			vgic_kvm_run_end(r->vm, w->n);
			atomic_fetch_add(&r->rounds, 1);
		} else if (w->err != ERR(EAGAIN)) {
			atomic_fetch_add(&r->wrong, 1);
		}
		(void)sched_yield();
	}
	return NULL;
}

static void runs_beside_attributes(void **state)
{
	struct worker workers[2];
	uint64_t value = 0;
	const struct vgic_kvm_device_attr a = {
		.group = VGIC_KVM_GRP_DIST_REGS,
		.attr = GICD_ISENABLER + 4,
		.addr = (uintptr_t)&value,
	};
	uint32_t done = 0;
	struct rig r;

	(void)state;
	open_rig(&r, VGIC_KVM_DEV_V3, 2);
	assert_int_equal(init(&r), 0);
	start_all(&r, workers, 2, run_now_and_then);
	for (uint32_t n = 0; n < 2000 || done < 100; n++) {
		int err = vgic_kvm_get_attr(r.vm, r.fd, &a);

		assert_true(err == 0 || err == ERR(EBUSY));
		done += err == 0;
	}
	wait_for_rounds(&r, 10);
	atomic_store(&r.stop, true);
	join_all(&r, workers, 2);
	assert_int_equal(r.wrong, 0);
	close_rig(&r);
}

/* Until the ITS is there; it is off, which it says then. */
static void *send_message(void *arg)
{
	struct worker *w = arg;
	const struct vgic_kvm_msi msi = {
		.address_lo = ITS_BASE + GITS_TRANSLATER,
		.flags = VGIC_KVM_MSI_VALID_DEVID,
	};

	(void)pthread_barrier_wait(&w->rig->start);
	do {
		w->err = vgic_kvm_signal_msi(w->rig->vm, &msi);
	} while (w->err == ERR(EINVAL) || w->err == ERR(ENODEV));
	return NULL;
}

static void messages_while_placed(void **state)
{
	struct vgic_kvm_create_device its = { .type = VGIC_KVM_DEV_ITS };
	struct worker workers[2];
	struct rig r;

	(void)state;
	for (uint32_t n = 0; n < 50; n++) {
		open_rig(&r, VGIC_KVM_DEV_V3, 1);
		assert_int_equal(init(&r), 0);
		start_all(&r, workers, 2, send_message);
		assert_int_equal(vgic_kvm_create_device(r.vm, &its), 0);
		assert_int_equal(set_attr(&r, its.fd, VGIC_KVM_GRP_ADDR,
					  VGIC_KVM_ADDR_ITS, ITS_BASE),
				 0);
		join_all(&r, workers, 2);
		for (uint32_t i = 0; i < 2; i++) {
			assert_int_equal(workers[i].err, ERR(EBUSY));
		}
		close_rig(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signalled_while_taken_away),
		cmocka_unit_test(signalled_while_routed),
		cmocka_unit_test(first_lines_at_once),
		cmocka_unit_test(lines_while_made),
		cmocka_unit_test(first_runs_at_once),
		cmocka_unit_test(runs_beside_attributes),
		cmocka_unit_test(messages_while_placed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
