/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing is lost, nothing is invented.
 *
 * A source numbers its injections.  Injection n stores payload[n], then n in
 * `data`, both without any order but what the library gives, and when
 * vgic_inject_irq() has returned it stores n in `done`.  A handler looks at
 * `data` after its acknowledge.
 *
 * Lost: nothing runs, the interrupt is not pending, and the greatest number
 * that a handler has seen is less than `done`.  This also finds a handler that
 * took the interrupt without what the device had written before.
 *
 * Invented: all injections up to number n were complete before the vCPU that
 * took the interrupt last entered the guest, so that take has them all; and
 * the next take finds that `data` is still n.
 *
 * What of a message is pending while its redistributor takes no LPIs stands in
 * a table in guest memory, where nothing looks at it before the end of a round.
 */
#include "tests/stress/stress.h"

#include <vgic/its.h>

struct source *source_add(enum source_kind kind, uint32_t vcpu, uint32_t intid)
{
	struct source *s = &vm.source[vm.nr_sources];

	must(vm.nr_sources < MAX_SOURCES);
	vm.nr_sources++;
	s->kind = kind;
	s->vcpu = vcpu;
	s->intid = intid;
	s->sender = 0;
	s->device = 0;
	s->event = 0;
	s->last = 0;
	atomic_store(&s->data, 0);
	atomic_store(&s->done, 0);
	atomic_store(&s->seen, 0);
	atomic_store(&s->spent, 0);
	atomic_store(&s->line, 0);
	return s;
}

static bool input_level(void *opaque, uint32_t vcpu, uint32_t intid)
{
	const struct source *s = opaque;

	(void)vcpu;
	(void)intid;
	return atomic_load(&s->line) & LINE_UP;
}

static const struct vgic_irq_ops mapped_ops = {
	.get_input_level = input_level,
};

void source_add_mapped(uint32_t intid)
{
	struct source *s = source_add(SOURCE_MAPPED, NR_CPUS, intid);

	must(!vgic_map_irq(vm.gic, 0, intid, intid));
	must(!vgic_set_irq_ops(vm.gic, 0, intid, &mapped_ops, s));
}

struct source *source_find(uint32_t vcpu, uint32_t intid, uint32_t sender)
{
	for (uint32_t i = 0; i < vm.nr_sources; i++) {
		struct source *s = &vm.source[i];

		if (s->intid == intid && s->sender == sender &&
		    (s->vcpu == vcpu || s->vcpu == NR_CPUS)) {
			return s;
		}
	}
	return NULL;
}

bool source_ready(const struct source *s)
{
	return s->last - atomic_load_explicit(&s->seen, memory_order_acquire) <
	       MAX_BEHIND;
}

uint64_t source_begin(struct source *s)
{
	uint64_t number = ++s->last;

	s->payload[number % NR_SLOTS] = number;
	atomic_store_explicit(&s->data, number, memory_order_relaxed);
	return number;
}

void source_finish(struct source *s, uint64_t number, bool accepted)
{
	if (accepted) {
		atomic_store_explicit(&s->done, number, memory_order_release);
	}
	atomic_fetch_add_explicit(&vm.injections, 1, memory_order_relaxed);
}

void source_sample(struct sample *sample)
{
	for (uint32_t i = 0; i < vm.nr_sources; i++) {
		const struct source *s = &vm.source[i];

		sample->done[i] =
			atomic_load_explicit(&s->done, memory_order_relaxed);
		sample->spent[i] =
			atomic_load_explicit(&s->spent, memory_order_relaxed);
	}
}

static void raise_to(_Atomic(uint64_t) *at, uint64_t value)
{
	uint64_t was = atomic_load_explicit(at, memory_order_relaxed);

	while (was < value && !atomic_compare_exchange_weak_explicit(
				      at, &was, value, memory_order_release,
				      memory_order_relaxed)) {
	}
}

/*
 * The payload is read as plain memory: what its device wrote before an
 * injection that was complete when this vCPU entered the guest must be
 * visible now.  The slot may have been given to a later number if this
 * thread has slept for long.
 */
static void check_payload(const struct source *s, uint64_t number)
{
	uint64_t seen = atomic_load_explicit(&s->seen, memory_order_relaxed);

	if (!number || seen > number + NR_SLOTS / 2) {
		return;
	}
	if (s->payload[number % NR_SLOTS] != number) {
		fail("INTID %x of vCPU %u: injection %llu without its data",
		     s->intid, s->vcpu, (unsigned long long)number);
	}
}

void source_taken(struct cpu *c, struct source *s)
{
	const struct sample *before = &c->before;
	uint32_t i = (uint32_t)(s - vm.source);
	uint64_t data = atomic_load_explicit(&s->data, memory_order_relaxed);

	if (s->kind == SOURCE_LEVEL || s->kind == SOURCE_MAPPED) {
		if (!(atomic_load_explicit(&s->line, memory_order_relaxed) &
		      LINE_UP)) {
			fail("INTID %x: taken by vCPU %u, its line is low",
			     s->intid, c->index);
		}
	} else if (data <= before->spent[i] &&
		   !(s->kind == SOURCE_MSI && vm.in_tables)) {
		fail("INTID %x of vCPU %u, sender %u: invented; vCPU %u takes "
		     "it, and %llu was taken before",
		     s->intid, s->vcpu, s->sender, c->index,
		     (unsigned long long)data);
	}
	check_payload(s, before->done[i]);
	raise_to(&s->spent, before->done[i]);
	raise_to(&s->seen, data);
}

static bool is_pending(const struct source *s)
{
	struct vgic_irq_info info;

	if (s->kind == SOURCE_MSI &&
	    (vm.in_tables ||
	     vgic_check_msi(vm.gic, 0, s->device, s->event) == VGIC_E_BUSY)) {
		return true;
	}
	must(vgic_get_irq_info(vm.gic, s->vcpu % NR_CPUS, s->intid, &info) ==
	     VGIC_OK);
	return info.pending;
}

static void say_lost(const struct source *s)
{
	struct vgic_irq_info info;

	(void)vgic_get_irq_info(vm.gic, s->vcpu % NR_CPUS, s->intid, &info);
	fail("INTID %x of vCPU %u: lost; injected %llu, seen %llu; pending "
	     "%d, active %d, enabled %d, target %d, holder %d, place %s",
	     s->intid, s->vcpu, (unsigned long long)atomic_load(&s->done),
	     (unsigned long long)atomic_load(&s->seen), info.pending,
	     info.active, info.enabled, (int)info.target, (int)info.holder,
	     info.place);
}

/* A mapped one waits physically while the one before is active. */
void source_check_all(void)
{
	for (uint32_t i = 0; i < vm.nr_sources; i++) {
		const struct source *s = &vm.source[i];

		if (s->kind != SOURCE_MAPPED &&
		    atomic_load(&s->seen) < atomic_load(&s->done) &&
		    !is_pending(s)) {
			say_lost(s);
		}
	}
}

void source_check_drained(void)
{
	for (uint32_t i = 0; i < vm.nr_sources; i++) {
		const struct source *s = &vm.source[i];

		if (atomic_load(&s->seen) < atomic_load(&s->done)) {
			say_lost(s);
		}
	}
}
