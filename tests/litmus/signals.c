/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals: what a device stored before it signalled is visible to the handler
 * that takes the interrupt afterwards, also if it was pending already.  Two
 * signals follow one another; the first may be pending, queued or in a list
 * register when the second comes.
 */
#include "tests/litmus/litmus.h"

#include <sched.h>

#include <vgic/its.h>

#include "regs/gicv5.h"

#define NR_LINES 24u

/* Ways to signal: which vGIC, which interrupt, by which call. */
struct way {
	const char *name;
	const struct machine *machine;
	/* Shape of the machine, see its make(). */
	uint32_t shape;
	struct source *(*find)(void);
	void (*signal)(const struct source *s);
};

static struct {
	const struct way *way;
	_Atomic(bool) stop;
	/*
	 * The device stores to these first, which belong to the handler's
	 * processor then: so its own data waits in the store buffer.
	 */
	struct {
		_Alignas(128) _Atomic(uint64_t) value;
	} line[NR_LINES];
} now;

static uint64_t rounds;

static void inject(const struct source *s)
{
	must(!vgic_inject_irq(vm.gic, 0, s->intid, true, NULL));
}

static void send_message(const struct source *s)
{
	must(vgic_inject_msi(vm.gic, 0, s->device, s->event) == 1);
}

/* IRS_SETLPIR, from the second vCPU, which has trapped. */
static void set_lpi(const struct source *s)
{
	uint64_t lpi = FIELD_GET(GICV5_INTID_ID, s->intid);

	must(vgic_trap_mmio(vm.cpu[1].vcpu, 0x08020000, 4, true, &lpi) ==
	     VGIC_TRAP_DONE);
}

/* A more urgent one takes the only list register from time to time. */
static void inject_behind(const struct source *s)
{
	static uint64_t rng = 77;

	if (draw(&rng, 2)) {
		struct source *other = source_find(0, s->intid + 1, 0);
		uint64_t number = source_begin(other);

		inject(other);
		source_finish(other, number, true);
	}
	inject(s);
}

static struct source *find_msi(void)
{
	for (uint32_t i = 0; i < vm.nr_sources; i++) {
		if (vm.source[i].kind == SOURCE_MSI) {
			return &vm.source[i];
		}
	}
	return NULL;
}

static struct source *find_lpi(void)
{
	return source_find(0, GICV5_LPI(0), 0);
}

static const struct way ways[] = {
	{ "SPI, four list registers", &machine_v3, 0, litmus_edge, inject },
	{ "SPI, one list register", &machine_v3, 6, litmus_edge,
	  inject_behind },
	{ "SPI, in software", &machine_v3, 2, litmus_edge, inject },
	{ "SPI, GICv2", &machine_v2, 0, litmus_edge, inject },
	{ "message", &machine_its, 0, find_msi, send_message },
	{ "irqfd", &irqfd_machine, 0, litmus_edge, irqfd_signal },
	{ "LPI, GICv5", &machine_v5, 0, find_lpi, inject },
	{ "IRS_SETLPIR", &machine_v5, 0, find_lpi, set_lpi },
	{ "LPI, GICv5, leaving", &machine_v5, 1, find_lpi, inject },
};

static void *handle(void *cpu)
{
	struct cpu *c = cpu;

	cpu_load(c);
	cpu_enter(c);
	while (!atomic_load_explicit(&now.stop, memory_order_relaxed)) {
		if (cpu_drain(c)) {
			for (uint32_t i = 0; i < NR_LINES; i++) {
				atomic_store_explicit(&now.line[i].value, 0,
						      memory_order_relaxed);
			}
		}
	}
	cpu_leave(c);
	vgic_put(c->vcpu);
	return NULL;
}

/* What a library does that takes a look at the word alone. */
static void signal_unless_pending(const struct source *s)
{
	struct vgic_irq_info info;

	must(!vgic_get_irq_info(vm.gic, 0, s->intid, &info));
	if (!info.pending) {
		now.way->signal(s);
	}
}

static void signal_twice(struct source *s, uint64_t *rng, bool broken)
{
	for (uint32_t n = 0; n < 2; n++) {
		uint64_t number;

		for (uint32_t i = 0; i < NR_LINES; i++) {
			atomic_store_explicit(&now.line[i].value, n,
					      memory_order_relaxed);
		}
		number = source_begin(s);
		if (broken) {
			signal_unless_pending(s);
		} else {
			now.way->signal(s);
		}
		source_finish(s, number, true);
		litmus_pause(rng, 700);
	}
}

/* Does a handler see the last of them? */
static bool is_seen(const struct source *s)
{
	double begin = litmus_now();
	uint32_t n = 0;

	while (atomic_load_explicit(&s->seen, memory_order_acquire) !=
	       s->last) {
		if (++n % 1024 == 0) {
			sched_yield();
			if (litmus_now() - begin > LITMUS_LIMIT_S) {
				return false;
			}
		}
	}
	return true;
}

static uint64_t run_way(const struct way *way, double end, bool broken)
{
	uint64_t rng = 12345, violations = 0;
	struct source *s;

	now.way = way;
	vm_begin(way->machine, way->shape, 1);
	s = way->find();
	must(s);
	atomic_store(&now.stop, false);
	must(!pthread_create(&vm.cpu[0].thread, NULL, handle, &vm.cpu[0]));
	while (litmus_now() < end && !violations) {
		signal_twice(s, &rng, broken);
		violations += !is_seen(s);
		rounds++;
	}
	atomic_store(&now.stop, true);
	pthread_join(vm.cpu[0].thread, NULL);
	vm_end();
	return violations;
}

static uint64_t run(double end, bool broken)
{
	const uint32_t n = sizeof(ways) / sizeof(ways[0]);
	double begin = litmus_now();
	uint64_t violations = 0;

	rounds = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint64_t lost = run_way(
			&ways[i], begin + (end - begin) * (i + 1) / n, broken);

		if (lost && !broken) {
			fail("%s: a handler took the interrupt without what "
			     "its device had stored",
			     ways[i].name);
		}
		violations += lost;
	}
	return violations;
}

const struct litmus litmus_signals = { "signals", run, &rounds };
