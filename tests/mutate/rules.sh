# SPDX-License-Identifier: BSD-2-Clause
#
# One rule of the library each, and the sed program that breaks it.  Sourced by
# mutate.sh.  rule NAME FILE SED

lr=src/cpuif/lr.c
plain=src/cpuif/lr_plain.c
prio=src/cpuif/prio.c
queue=src/core/queue.c
stack=src/core/stack.c
irq=src/core/irq.c
word=src/core/word.h
gic=src/core/gic.h
ppi=src/v5/ppi.c
side=src/core/side.c
cpu5=src/v5/cpu.c
usual5=src/v5/usual.c
ist=src/v5/ist.c
irs=src/v5/irs.c
ids5=src/v5/ids.c
sweep=src/v5/sweep.c
ich5=src/cpuif/ich5.c

# Statistics
rule 'a round that hardware ended is not counted' $irq \
	'/^static bool newly_pending/,/^}/ s/ | W_FIRED//'

# Short cuts, taken where their condition does not hold
rule 'a register is not looked at though its word changed' $plain \
	'/^bool vgic_lr_is_fresh/,/^}/ s/return .*/return vcpu || n;/'
rule 'a group gate moves and fresh registers are not looked at' $lr \
	'/^static void refresh/,/^}/ s/if (gates || /if (/'
rule 'a register was given up, and no flush follows' src/core/enter.c \
	'/^static inline bool look/,/^}/ s/return why != ATTN_LRS.*/return why != ATTN_LRS;/'
rule 'what is pending by its line is retired' $plain \
	'/^static inline bool retire/,/^}/ s/stays = W_PHYS | (now & W_LEVEL ? W_LINE : 0)/stays = W_PHYS/'
rule 'what its physical interrupt waits for is retired' $plain \
	'/^static inline bool retire/,/^}/ s/stays = W_PHYS | (now & W_LEVEL/stays = (now \& W_LEVEL/'
rule 'what is retired keeps its place' $plain \
	'/^static inline bool retire/,/^}/ s/w_release(now)/now/'
rule 'an active register is retired as a pending one' $plain \
	'/^static inline bool is_plain/,/^}/ s/(vcpu->lr_known\[n\] & ICH_LR_EL2_State) == ICH_LR_EL2_Pending/true/'
rule 'a device does not hear of what is retired' $plain \
	'/^static inline bool is_plain/,/^}/ s/vgic_side_hears(gic, loaded)/false/'
rule 'retired without a look at its senders' $plain \
	'/^static inline bool is_plain/,/^}/ s/vgic_has_senders(gic, vcpu->lr_irq\[n\])/false/'
rule 'what is retired is out of the count of SPIs' $plain \
	'/^static inline bool is_plain/,/^}/ s/gic->counts_spis/false/'
rule 'ended plainly, and not counted' $plain \
	'/^bool vgic_lr_end_plainly/,/^}/ s/lr_count(vcpu, index);//'
rule 'reloaded though the word becomes another' $plain \
	'/^static inline bool reload/,/^}/ s/word_after(loaded, known, request) != loaded/(word_after(loaded, known, request) \& 0) != 0/'
rule 'reloaded with an HW bit that is to be no more' $plain \
	'/^static inline bool reload/,/^}/ s/!vgic_phys_by_hw(vcpu->gic, index, loaded)/false/'
rule 'signalled again though the guest has not ended it' $plain \
	'/^bool vgic_lr_again/,/^}/ s/(vcpu->ich.lr\[n\] & ICH_LR_EL2_State) ||//'
rule 'signalled again, and the register is not written' $plain \
	'/^bool vgic_lr_again/,/^}/ s/vcpu->gic->policy->enter(vcpu);//'
rule 'signalled again, out of guest code' $irq \
	'/^bool vgic_irq_again/,/^}/ s/!(vgic_load_relaxed(&self->run_seq) & 1)/false/'
rule 'signalled again, and not counted' $irq \
	'/^bool vgic_irq_again/,/^}/ s/count_injection(gic, index, word);//'
rule 'posted, and taken though it may not be pending' $lr \
	'/^static bool take(/,/^}/ s/!may_pend(vcpu, was)/false/'
rule 'posted, and taken without its hold' $lr \
	'/^static bool take(/,/^}/ s/W_HOLD | W_IRM/W_IRM/'
rule 'posted, and taken by a vCPU that takes no 1 of N' $lr \
	'/^static bool take(/,/^}/ s/W_HOLD | W_IRM/W_HOLD/'
rule 'posted, and taken without a look at its senders' $lr \
	'/^static bool take(/,/^}/ s/vgic_has_senders(vcpu->gic, index)/false/'
rule 'posted, and taken though its line fell' $lr \
	'/^static bool take(/,/^}/ s/fell(vcpu, index, was)/false/'
rule 'posted, and taken out of the count of SPIs' $lr \
	'/^static bool take(/,/^}/ s/vgic_note_spi(.*//'
rule 'not filled though something waits' $lr \
	'/^static void flush/,/^}/ s/if (lr_waits(vcpu) || vcpu->stacked)/if (vcpu->stacked)/'
rule 'not filled though actives wait' $lr \
	'/^static void flush/,/^}/ s/if (lr_waits(vcpu) || vcpu->stacked)/if (lr_waits(vcpu))/'
rule 'pended plainly though it is mapped' $irq \
	'/^static inline bool pend_plainly/,/^}/ s/W_HW | W_SIDE | W_IRM | W_HOLD/W_IRM | W_HOLD/'
rule 'pended plainly though it is disabled' $irq \
	'/^static inline bool pend_plainly/,/^}/ s/W_PLACE_MASK | W_PEND | W_ACTIVE | W_ENABLE/W_PLACE_MASK | W_PEND | W_ACTIVE/; /^static bool pend_plainly/,/^}/ s/!= W_ENABLE/!= 0/'
rule 'pended plainly, and its holder does not look' $irq \
	'/^static inline bool pend_plainly/,/^}/ s/vgic_notify(.*//'

# While a vCPU stays entered
rule 'entered: pending state is read without an exit' src/mmio/mmio.c \
	'/^enum vgic_trap vgic_mmio_access/,/^}/ s/if (mmio->entered &&/if (false \&\&/'
rule 'entered: active state is read without an exit' src/v3/v3.h \
	'/GICD_ISACTIVER/ s/ | VGIC_EXIT_R//'
rule 'entered: EnableLPIs is written without an exit' src/v3/redist.c \
	'/{ GICR_CTLR/ s/ | VGIC_EXIT_W//'
rule 'entered: ICC_DIR_EL1 goes by the last EOImode' src/v3/sysreg.c \
	'/^enum vgic_trap vgic_v3_sysreg_entered/,/^}/ s/sysreg == ICC_DIR_EL1/false/'
rule 'entered: what it sends to itself waits' src/core/enter.h \
	'/^static inline void vgic_take_own_posts/,/^}/ s/vgic_has_posts(vcpu)/false/'
rule 'entered: nobody looks at what software maintenance is for' src/core/enter.h \
	'/^static inline void vgic_executed/,/^}/ s/if (asks)/if (false)/'
rule 'reentered, and what was posted is not folded' $lr \
	'/^static void fold(/,/^}/ s/(posted && !vgic_lr_is_fresh(vcpu, n))/(posted \&\& false)/'
rule 'reentered, and nothing posted is seen' src/core/enter.c \
	'/^void vgic_catch_up/,/^}/ s/attend_to_posts(vcpu);//'
rule 'only a register changed, and what waits is forgotten' src/core/enter.c \
	'/^static inline bool look/,/^}/ s/ || vcpu->refill//'

# Overflow and EOIcount
rule 'EOIcount counted from the bottom of the stack' $stack \
	'/^void vgic_stack_credit/,/^}/ s/__builtin_ctz(left)/31 - __builtin_clz(left)/; /^void vgic_stack_credit/,/^}/ s/left &= left - 1/left \&= ~(1u << (31 - __builtin_clz(left)))/'
rule 'an EOI of what another vCPU deactivated ends an outer one' $prio \
	'/^static bool still_runs/,/^}/ s/return .*/return level > 128;/'
rule 'the active priority of a register counts for the stack' $prio \
	'/^static void find_running/,/^}/ s/used = vcpu->ich.used; used;/used = 0; used;/'
rule 'a stale bit of a stack level' $stack \
	'/^static uint32_t unlink_from/,/^}/ s/vcpu->stacked &= .*/(void)level;/'
rule 'what is active again stays in its old chain' $stack \
	'/^static void sweep/,/^}/ s/ && w_actprio(word) >> 3 == level//'
rule 'a write of a route waits for all other writers' src/core/route.c \
	's/round < ROUTE_ROUNDS/round < UINT32_MAX/'
rule 'a route that gave way is not written again' src/v3/dist.c \
	's/mmio->retry = !vgic_set_route_bits/(void)vgic_set_route_bits/'
rule 'one entry takes in the whole inbox' $queue \
	'/^static bool work_off_all/,/^}/ s/vcpu->effort > 0/true/'
rule 'one entry drops all dead entries' $queue \
	'/^static uint32_t settle_best/,/^}/ s/vcpu->effort <= 0/vcpu->effort < -100000000/'
rule 'one entry sweeps the whole stack' $stack \
	'/^static void sweep/,/^}/ s/ && vcpu->effort > 0//'
rule 'nobody comes back for the backlog' src/core/enter.c \
	'/^static void attend/,/^}/ s/config->host->kick(.*/(void)config;/'
rule 'a vCPU sleeps over its backlog' src/core/enter.c \
	'/^bool vgic_pending/,/^}/ s/return vgic_load_relaxed(&vcpu->attention) ||/return/'
rule 'what is posted later overtakes the backlog' $queue \
	'/^static bool work_off/,/^}/ s/if (b->reversing != VGIC_NIL)/if (b->reversing == VGIC_NIL \&\& vgic_load_relaxed(\&vcpu->inbox) != VGIC_NIL) { b->reversing = vgic_exchange(\&vcpu->inbox, VGIC_NIL); } else if (b->reversing != VGIC_NIL)/'
rule 'EOIcount credited to what software activated' $stack \
	'/^static uint32_t credit/,/^}/ s/!(word & W_ACKED)/false/'
rule 'EOIcount credited once, whatever it counts' $stack \
	'/^static uint32_t credit/,/^}/ s/count--/count = 0/'
rule 'EOIcount credited to a life before the reset' $lr \
	'/^static void disown/,/^}/ s/was & ~W_ACKED/was/'
rule 'EOIcount left standing' $lr \
	'/^static void credit_eois/,/^}/ s/vcpu->ich.hcr_dirty = true;//'
rule 'no maintenance for an end outside the registers' $lr \
	'/^static uint32_t control/,/^}/ s/ICH_HCR_EL2_LRENPIE/0/'
rule 'NPIE left set' $lr \
	'/^static uint32_t control/,/^}/ s/hcr = ICH_HCR_EL2_En/hcr = ICH_HCR_EL2_En | (vcpu->ich.hcr \& ICH_HCR_EL2_NPIE)/'
rule 'NPIE not set though the queue has more' $lr \
	'/^static uint32_t control/,/^}/ s/hcr |= ICH_HCR_EL2_NPIE/hcr |= 0/'
rule 'registers full of actives hide a candidate' $lr \
	'/^static bool exchange_one/,/^}/ s/uint32_t below = VGIC_PRIO_NONE/uint32_t below = 0/'
rule 'a better candidate does not take the place of a worse' $lr \
	'/^static bool exchange_one/,/^}/ s/if (pending) {/if (pending) { return false;/'
rule 'no refill after the last candidate was taken' $lr \
	'/if (known & ~value & ICH_LR_EL2_Pending)/,/^	}/ s/vcpu->refill |= \(.*\);/(void)(\1);/'
rule 'no refill when a fold filled the queue' $queue \
	'/case PLACE_QUEUE:/,/break;/ s/vcpu->refill = true;//'
rule 'the most urgent is evicted, not the least' $lr \
	'/^static unsigned int find_victim/,/^}/ { s/prio >= worst/prio <= worst/; s/worst\[2\] = { 0, 0 }/worst[2] = { 255, 255 }/ }'

rule 'EOIcount of what was deactivated since ends another' $irq \
	'/^static uint64_t clear_active/,/^}/ s/w_place(word) == PLACE_STACK ? word : word/word/'

# Edges, levels, pending state
rule 'an edge dropped while disabled' $word \
	'/^static inline uint64_t w_set_pending/,/^{/ s/^{/{ if (!(w \& W_ENABLE)) { return w; }/'
rule 'an edge dropped while active in a register' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/(w & W_NEW) ||/(w \& W_NEW \& 0) ||/'
rule 'pending cleared elsewhere stays in a register' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/(w & (W_PEND | W_UNPEND)) == W_PEND/(w \& W_PEND)/'
rule 'a latched level outlives its acknowledge' $lr \
	'/^static uint64_t merge/,/^}/ s/~(W_PEND | W_LINE) : ~W_PEND/~W_LINE : UINT64_MAX/'
rule 'a level is not asked for again at its end' $lr \
	'/^static bool needs_eoi/,/^}/ s/(word & (W_LEVEL | W_LINE)) == (W_LEVEL | W_LINE)/false/'
rule 'pending and active in one register' $lr \
	'/^static bool may_pend/,/^}/ s/w_wanted(word)/w_pending(word) \&\& (word \& W_ENABLE)/'
rule 'ISPENDR forgets what was active meanwhile' $lr \
	'/^static bool needs_eoi/,/^}/ s/w_active(word) && w_pending(word)/false/'

rule "an SGI's next sender is not asked for" $lr \
	'/^static bool needs_eoi/,/^}/ s/vgic_sgi_waits(gic, index))/false)/'

# Priorities and groups
rule 'an active interrupt changes its priority' $lr \
	'/^static uint64_t lr_value/,/^}/ s/w_actprio(word)/w_prio(word)/'
rule 'a priority change does not move a queued interrupt' $irq \
	'/^static void tell_holder/,/^}/ s/W_GATE1 | W_PRIO_MASK | W_TARGET_MASK/W_GATE1 | W_TARGET_MASK/'
rule 'a group that opens is not noticed' $lr \
	'/^static uint32_t control/,/^}/ s/ICH_HCR_EL2_VGrp1EIE/0/'
rule 'a group that closed keeps its registers' $lr \
	'/^static bool group_is_open/,/^}/ s/return vcpu->open_groups/return (vcpu->open_groups | 3)/'
rule 'WFI ignores the running priority' $prio \
	'/^static uint32_t running_prio/,/^}/ s/if (apr)/if (apr == 1)/'

# Other vCPUs
rule 'DIR elsewhere ignored' src/v3/sysreg.c \
	'/^static void write_dir/,/^}/ s/index == VGIC_NIL)/index == VGIC_NIL || w_owner(vgic_irq_word(vcpu->gic, index)) != vcpu->index)/'
rule 'DIR not trapped' $lr \
	's/return ICH_HCR_EL2_TDIR;/return 0;/'
rule 'a register is not looked at when its word changed' $irq \
	'/case PLACE_LR:/,/break;/ s/ATTN_LRS/0/'
rule 'an active outside is not ended from elsewhere' $irq \
	'/case PLACE_STACK:/,/break;/ s/ATTN_STACK/0/'
rule 'an active in a register is not ended from elsewhere' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/(w & (W_ACTIVE | W_DEACT)) == W_ACTIVE/(w \& W_ACTIVE)/'
rule 'rerouted, but not handed over' $queue \
	'/^static uint64_t judge/,/^}/ s/ && w_target(word) == vcpu->index//'
rule 'posted, but nobody is kicked' $irq \
	'/^void vgic_notify(/,/^}/ s/v != self/v != self \&\& !v/'
rule 'pending and active read without asking the holder' src/core/sync.c \
	'/^static bool was_out_since/,/^{/ s/^{/{ return true;/'
rule '1 of N finds nobody' src/core/route.c \
	'/^uint32_t vgic_pick_1ofn/,/^}/ s/return pick;/return VGIC_NOWHERE;/'

# Two at once
route=src/core/route.c
rule 'race: half a route written over the other half' $route \
	'/^bool vgic_set_route_bits/,/^}/ s/now = (was & ~mask) | (route & mask)/now = route | (mask \& 0)/'
rule 'race: a route read, changed and stored' $route \
	'/^bool vgic_set_route_bits/,/^}/ s/while (!vgic_cas(stored, &was, now))/while (0); vgic_store_seq(stored, now)/'
rule 'race: the route of one write, the target of another' $route \
	'/^bool vgic_set_route_bits/,/^}/ s/if (now == was)/if (now == was || 1)/'
rule 'race: the mode of one write, the affinity of another' $route \
	'/^bool vgic_set_route(/,/^}/ s/if (irm) {/if (irm) { vgic_store_seq(\&gic->irqs[index].route, route);/'
rule 'race: a target agreed on takes away 1 of N' $route \
	'/^bool vgic_set_route_bits/,/^}/ s/change = VGIC_RETARGET/change = VGIC_SET_TARGET/'
rule 'race: Aff3 takes away 1 of N' $irq \
	'/case VGIC_RETARGET/,/case VGIC_SET_1OFN/ s/word & W_IRM ? word : w_set_target(word,/w_set_target(word \& ~W_IRM,/'
rule 'race: two owners of one side entry' src/core/side.c \
	'/^VGIC_COLD static struct vgic_side \*get_side/,/^}/ s/key == 0 || key == index + 1/key == 0/'

# Hosts that lack something, or do it wrong
rule 'quirk: no TDIR, no trap for an SPI that another has' $lr \
	'/^static uint32_t dir_trap/,/^}/ s/vgic_load_seq(&gic->spis_out)/false/'
rule 'quirk: no TDIR, no trap for what is beyond the registers' $lr \
	'/^static uint32_t dir_trap/,/^}/ s/vcpu->stacked/false/'
rule 'quirk: no TDIR, trapping for ever' $lr \
	'/^static uint32_t dir_trap/,/^}/ s/^\([[:blank:]]*\)0;/\1ICH_HCR_EL2_TC;/'
rule 'quirk: no TDIR, nobody told of the first SPI' $queue \
	'/^void vgic_count_spi/,/^}/ s/vgic_notify_all(gic, self, ATTN_TRAPS)/(void)self/'
rule 'quirk: no TDIR, the last SPI is never given up' $queue \
	'/^void vgic_count_spi/,/^}/ s/vgic_fetch_add(&gic->spis_out, UINT32_MAX);//'
rule 'quirk: no TDIR, an SPI made active by software not seen' $irq \
	'/^static void follow_up/,/^}/ s/vgic_note_spi(.*);//'
rule 'quirk: EOIs counted as deactivations with EOImode 1' $lr \
	'/^static void credit_eois/,/^}/ s/if (!(vcpu->ich.vmcr & ICH_VMCR_EL2_VEOIM) &&/if (true \&\&/'
rule 'quirk: a trapped PMR never reaches the hardware' src/v3/sysreg.c \
	'/^static enum vgic_trap hardware_access/,/^}/ s/vcpu->ich.vmcr_dirty |= .*;//'
rule 'quirk: a trapped PMR lost when the vCPU leaves its CPU' $lr \
	'/^static void put/,/^}/ s/if (vcpu->ich.vmcr_dirty)/if (false)/'
rule 'quirk: priority bits that are not there' src/v3/sysreg.c \
	'/^static void write_pmr/,/^}/ s/, value & ~(/, value | 0 * (/'
rule 'quirk: the HW bit used where it does nothing' src/core/side.c \
	'/^const struct vgic_side .vgic_phys_by_hw/,/^}/ s/ || !gic->config.caps.hw_deactivation//'
rule 'quirk: ended by hardware and by software' $lr \
	'/^static uint64_t merge/,/^}/ s/now &= ~W_PHYS;//'
rule 'quirk: list registers though SErrors reach the host' src/mmio/dist.c \
	'/^bool vgic_dist_is_safe/,/^}/ s/!config->caps.broken_seis/true/'

# What registers do to mapped interrupts, and to the physical ones behind
regs=src/mmio/irq.c
rule 'hw: made pending, but not held' $irq \
	'/^static uint64_t hold/,/^}/ s/return which/return false \&\& which/'
rule 'hw: held again, though it is held' $queue \
	'/^uint64_t vgic_queue_activate/,/^}/ s/if (!(word & W_PHYS))/if (true)/'
rule 'hw: held only once it is enabled' $irq \
	'/^uint64_t vgic_irq_claim/,/^}/ s/(word & W_HOLD)/false/'
rule 'hw: not held when it goes into a register' $lr \
	'/^static void take_in/,/^}/ { s/now = vgic_queue_hold(vcpu, index,/now = (/; s/PLACE_LR));/PLACE_LR) \& ~W_HOLD);/ }'
rule 'hw: what is pending behind outlives ICPENDR' $regs \
	'/^VGIC_COLD void vgic_phys_forget/,/^}/ s/set_phys(gic, index/if (!vcpu->gic) set_phys(gic, index/'
rule 'hw: ICPENDR leaves a line that fell recorded' $regs \
	'/^VGIC_COLD void vgic_phys_forget/,/^}/ s/vgic_phys_resample(vcpu, index, word);//'
rule 'hw: enabled without a look at the line' $regs \
	'/^void vgic_mmio_write_isenabler/,/^}/ s/vgic_phys_resample/vgic_phys_forget/'
rule 'hw: ISPENDR reads what was recorded' $regs \
	'/^static bool is_pending/,/^}/ s/if (!mmio->user/if (false \&\& !mmio->user/'
rule 'hw: a VMM restores pending state onto the physical one' $regs \
	'/^static void change_ones/,/^}/ s/mmio->user ? 0 : HOLD_MAPPED/HOLD_MAPPED/'
rule 'hw: a VMM looks at lines' $regs \
	'/^static void change_ones/,/^}/ s/ && !mmio->user//'
rule 'hw: a VMM changes what is active physically' $regs \
	'/^static uint64_t without_mapped/,/^}/ s/mmio->user \&\&/!mmio->user \&\& false \&\&/'
rule 'hw: a PPI of another CPU touched' src/core/side.c \
	'/^bool vgic_phys_reachable/,/^}/ s/index >= gic->first_spi/true/'

# Mapped interrupts
rule 'the HW bit without a physical interrupt' $lr \
	'/^static uint64_t lr_value/,/^}/ s/(word & W_PHYS) && //'
rule 'a physical interrupt is held for nothing' $queue \
	'/^static uint64_t judge/,/^}/ s/w_phys_idle(word)/false/'
rule 'a mapped level that fell is delivered' $lr \
	'/^static bool fell/,/^}/ s/!vgic_phys_level(vcpu, index, word)/!vcpu \&\& !vgic_phys_level(vcpu, index, word)/'
rule 'a mapped interrupt that came anew is taken for the old' $word \
	'/^static inline uint64_t w_settle/,/^}/ s/settled |= W_PHYS |/settled |=/'

# Snapshots
snap=src/snapshot
rule 'snapshot: a snapshot forgets who acknowledged' $snap/format.c \
	'/^} state_bits\[\]/,/^};/ s/{ W_ACKED, SNAP_IRQ_ACKED },//'
rule 'snapshot: a snapshot forgets lines' $snap/dist.c \
	'/^static uint64_t carried/,/^}/ s/lines = W_LINE | /lines = /'
rule 'snapshot: requests are not merged in a snapshot' $snap/save.c \
	'/^static void save_irq/,/^}/ s/w_settle(\(.*\));/\1;/'
rule 'snapshot: a snapshot forgets the sender in a list register' $snap/save.c \
	'/^static void save_senders/,/^}/ s/sources |= 1u/sources |= 0u/'
rule 'snapshot: a snapshot has the actives of the stack alone' $snap/save.c \
	'/^static uint32_t loaded_actives/,/^}/ s/left |= 1u << n/left |= 0/'
rule 'snapshot: a restore links one active alone' $snap/restore.c \
	'/^static void stack/,/^}/ s/vgic_stack_push(vcpu, index);/vcpu->stacked = 0; vgic_stack_push(vcpu, index);/'
rule 'snapshot: what is pending is not delivered after a restore' $snap/restore.c \
	'/^static void deliver/,/^}/ s/VGIC_NO_CHANGE/VGIC_CLEAR_ACTIVE/'
rule 'snapshot: a restore forgets what is held physically' $snap/format.c \
	'/^uint64_t vgic_snap_mapped/,/^}/ s/word & W_PHYS ? word : /word \& W_PHYS ? word \& ~W_PHYS : /'
rule 'snapshot: a line without a physical interrupt is saved' \
	$snap/irqs.c '/^static void save_irq/,/^}/ s/vgic_snap_mapped(word) &/word \&/'
rule 'snapshot: a restore forgets what was held physically before' $snap/restore.c \
	'/^static void apply_irq/,/^}/ s/ | W_PHYS;/;/'
rule 'snapshot: a restore keeps the lines from before' $snap/restore.c \
	's/vgic_clear(c->gic, false)/vgic_clear(c->gic, true)/'
rule 'snapshot: a restore does not scrub hidden PPIs anew' $snap/restore.c \
	'/^static void awaken/,/^}/ s/ran = false/ran |= false/'
rule 'v5: an empty table is restored from memory' $snap/restore.c \
	'/^void vgic_snap_apply_ist/,/^}/ s/ist_deferred, ist.deferred/ist_deferred, !c->nr_chunks/'
rule 'snapshot: a restore opens the IRSs that were closed' $snap/restore.c \
	'/^static void forward_spis/,/^}/ s/enabled ? /!enabled ? /'
rule 'snapshot: a restore has a PE take part that opted out' $snap/restore.c \
	'/^void vgic_snap_apply_cpuif5/,/^}/ s/s.pe_cr0 | /0 | /'
rule 'snapshot: active priorities are not spread over more bits' $snap/restore.c \
	'/^static void spread/,/^}/ s/level << shift/level/'
rule 'snapshot: a restore takes on more priority bits than there are' $snap/check.c \
	'/^static int check_caps/,/^}/ s/m->pri_bits > caps/m->pri_bits > 1 + caps/'
rule 'snapshot: a snapshot without its actives is taken' $snap/check.c \
	'/^static int check_end/,/^}/ s/c->ranked != c->ranks/false/'
rule 'snapshot: checksums of records are not compared' $snap/read.c \
	'/^int vgic_snap_next/,/^}/ s/4) != r->crc/4) != r->crc \&\& false/'
rule 'snapshot: a table is made of what an old one left' src/snapshot/restore.c \
	's/v5->ist_deferred, ist.deferred)/v5->ist_deferred, (ist.baser \& IRS_IST_BASER_VALID) \&\& !c->nr_chunks)/'
rule 'snapshot: a reset leaves a GICv2 its SGIs' src/core/create.c \
	'/^VGIC_COLD void vgic_irq_clear/,/^}/ s/vgic_store_relaxed(&irq->route, 0);//'

rule 'snapshot: other processor numbers are taken for these' $snap/check.c \
	'/^int vgic_snap_check_vcpu/,/^}/ s/number_of(record) != vcpu->number/number_of(record) == UINT32_MAX/'

# KVM's door, on several threads
rule 'race KVM: a signal is late, and its line stays up' kvm/irqfd.c \
	'/^static int signal_once/,/^}/ s/!holds(vm, slot, route.pin)/(false \&\& !holds(vm, slot, route.pin))/'
rule 'race KVM: devices are asked, then the line falls' kvm/irqfd.c \
	'/^static void fall/,/^}/ { s/(void)vgic_kvm_spi_pin(vm, pin, false);//; s/^}/(void)vgic_kvm_spi_pin(vm, pin, false); }/; }'
rule 'race KVM: a slot is read half and half' kvm/irqfd.c \
	'/^static struct irqfd read_slot/,/^}/ s/!kvm_still(&s->generation, generation)/false/'
rule 'race KVM: the routing is seen before it is empty' kvm/route.c \
	'/^int vgic_kvm_need_routing/,/^}/ s/vgic_kvm_clear(r/kvm_store(\&vm->routing, r); vgic_kvm_clear(r/'
rule 'race KVM: a GIC is seen before it is whole' kvm/vm.c \
	'/^static int make_gic/,/^}/ s/err = err ? err : make_vcpus/kvm_store(\&vm->gic, *gic); err = err ? err : make_vcpus/'
rule 'race KVM: two threads make a GICv2' kvm/irq.c \
	'/^static int ready/,/^}/ s/!vgic_kvm_hold(vm)/(false \&\& !vgic_kvm_hold(vm))/'
rule 'race KVM: two vCPUs make the first run' kvm/vm.c \
	'/^static int come_in/,/^}/ s/!has_run \&\& vgic_kvm_hold(vm)/(vgic_kvm_hold(vm), !has_run)/'
rule 'race KVM: a vCPU begins to run while registers are read' kvm/vm.c \
	'/^static int come_in/,/^}/ s/inside & KVM_DOOR_HELD/inside == UINT32_MAX/'

# KVM's door
rule 'KVM: processor numbers are the order of creation' kvm/vm.c \
	'/^static int make_vcpus/,/^}/ s/gic, i, vcpu->id,/gic, i, i,/'
rule 'ITS: a redistributor is named by its index' src/core/route.c \
	'/^uint32_t vgic_find_processor/,/^}/ s/gic->by_number\[number\] - 1u/(uint32_t)number/'
rule 'GICR_TYPER.Last at the end of each region' src/core/addr.c \
	'/^static void mark_last/,/^}/ s/!region_starts/region_starts/'
rule 'GICR_TYPER.Last not where an empty region follows' src/core/addr.c \
	'/^static bool region_starts/,/^}/ s/frames_used(gic, &gic->regions\[i\])/true/'
rule 'GICR_TYPER.Last of a region never changes' src/core/addr.c \
	'/^static void populate/,/^}/ s/mark_last(gic, &gic->regions\[i\])/mark_last(gic, region)/'
rule 'GICR_CTLR.DPG can be set' src/v3/redist.c \
	'/^static void write_ctlr/,/^}/ s/^{/{ vgic_store_seq(\&owner(mmio)->gicr_ctlr, (uint32_t)value \& GICR_CTLR_DPG0);/'
rule 'a processor number is given twice' src/core/create.c \
	'/^VGIC_COLD int vgic_vcpu_create_numbered/,/^}/ s/ || gic->by_number\[number\] ||/ ||/'
rule 'snapshot: a snapshot forgets that an LPI is pending' $snap/dist.c \
	'/^static uint64_t carried/,/^}/ s/return W_PEND | W_ENABLE;/return W_ENABLE;/'
rule 'snapshot: a device is restored for an ITS that is not there' $snap/its.c \
	'/^int vgic_snap_check_devices/,/^}/ s/s.its >= gic->config.its.nr_its/false/'
rule 'snapshot: an event is restored without its device' $snap/its.c \
	'/^static const char \*wrong_event/,/^}/ s/return "it has no device"/return NULL/'
rule 'snapshot: an event is beyond its table' $snap/its.c \
	'/^static const char \*wrong_event/,/^}/ s/s->event >> of.bits/false \&\& of.bits/'
rule 'snapshot: an LPI has lost its event' $snap/check.c \
	's/c->mapped != c->events/false/'
rule 'snapshot: an LPI is pending where no vCPU is' $snap/its.c \
	'/^const char \*vgic_snap_wrong_lpi/,/^}/ s/target > c->gic->config.nr_vcpus/target > 1023/'
rule 'snapshot: EnableLPIs is through in a snapshot' $snap/save_its.c \
	'/^void vgic_snap_save_lpis/,/^}/ s/vgic_load_relaxed(&vcpu->lpi_job)/0/'
rule 'snapshot: which events there are is in another order each time' $snap/save_its.c \
	's/(void)vgic_its_sort_events(r, n);//'
rule 'snapshot: mappings of before version 1.3 are none' $snap/check.c \
	's/c->reader.minor < 3/false/'
rule 'snapshot: an ITS is enabled without tables' $snap/its.c \
	'/^static const char \*wrong_its/,/^}/ s/its->ctlr &&/false \&\&/'
rule 'KVM: the tables have no way to the next entry' src/its/persist.c \
	'/^static uint64_t distance/,/^}/ s/return next - here < most.*/return 0;/'
rule 'KVM: what is pending is not in the pending tables' src/its/pending.c \
	'/^static bool save_table/,/^}/ s/pending_bits(run, &used)/pending_bits(run, \&used) * 0/'
rule 'KVM: USERSPACE_PPIS has a second word' kvm/device.c \
	'/^static int userspace_ppis/,/^}/ s/return vgic_kvm_put_user/mask[1] |= 8; return vgic_kvm_put_user/'
rule 'KVM: ICC_CR0 clears the priority mask' src/v5/state.c \
	'/^static void set_cr0/,/^}/ s/image->vmcr &= ~(uint32_t)ICH_VMCR_EL2_V5_EN/image->vmcr = 0/'
rule 'KVM: PRIORITYR has more than five bits' src/v5/state.c \
	's/UINT64_C(0x1f1f1f1f1f1f1f1f)/UINT64_MAX/'
rule 'KVM: an IST is valid whatever was stored' src/v5/ist.c \
	'/^void vgic_v5_ist_store/,/^}/ s/baser &= IRS_IST_BASER_ADDR_MASK | IRS_IST_BASER_VALID;/baser |= IRS_IST_BASER_VALID;/'
rule 'KVM: V3_REDIST does not show region 0' kvm/addr.c \
	'/^static int get_redist/,/^}/ s/a->vm->nr_regions ?/false ?/'
rule 'KVM: region 0 does not show V3_REDIST' kvm/addr.c \
	'/^static int get_region/,/^}/ s/block.base != KVM_UNSET/false/'
rule 'KVM: a refused block of redistributors stays' kvm/addr.c \
	'/^static int set_redist/,/^}/ s/vm->redist = KVM_UNSET;//'
rule 'KVM: a vCPU without redistributor runs' kvm/addr.c \
	'/^static bool all_have_redist/,/^}/ s/return frames_there >= nr_vcpus/return true/'
rule 'KVM: an ITS that was refused is written down' kvm/its.c \
	'/^static int set_base/,/^}/ s/if (!err) {/{/'
rule 'KVM: a refused region stays' kvm/addr.c \
	'/^static int set_region/,/^}/ s/vm->nr_regions -= err != 0;//'
rule 'KVM: a region is added under vCPUs that run' kvm/addr.c \
	'/^static int set_region/,/^}/ s/!a->held/false/'
rule 'KVM: an ITS is placed under vCPUs that run' kvm/its.c \
	'/^static int set_base/,/^}/ s/!a->held/false/'
rule 'KVM: a failed INIT leaves its vCPUs' kvm/vm.c \
	'/^struct vgic_vcpu \*vgic_kvm_vcpu/,/^}/ s/!kvm_gic(vm)/false/; /^static void unmake_gic/,/^}/ s/vm->vcpus\[i\].vcpu = NULL;/;/'
rule 'KVM: side entries are not clamped' kvm/vm.c \
	'/^static void fill_config/,/^}/ s/config->nr_side_entries > nr_interrupts(config)/config->nr_side_entries > UINT32_MAX - nr_interrupts(config)/'
rule 'gicv2: the CPU interface has a word too many' src/v2/v2.c \
	'/^static inline enum vgic_trap access/,/^}/ s/gic->cpu_ipa >= GICV2_CPU_SIZE/gic->cpu_ipa > GICV2_CPU_SIZE/'
rule 'gicv2: the distributor has a word too many' src/v2/v2.c \
	'/^static inline enum vgic_trap access/,/^}/ s/gic->dist_ipa < GICV2_DIST_SIZE/gic->dist_ipa <= GICV2_DIST_SIZE/'
rule 'field 59: half an IST is restored' kvm/ist.c \
	'/^static int restore/,/^}/ s/err = read_image(a, spis, bytes);/err = read_image(a, spis, bytes); use_image(vcpu, spis, bytes);/'
rule 'field 59: a table that cannot be made is gone' src/v5/uaccess.c \
	'/^int vgic_uaccess_make_ist/,/^}/ s/vgic_v5_ist_store(gic, baser);/(void)baser;/'
rule 'field 59: an image that was read is kept' kvm/ist.c \
	'/^static int restore/,/^}/ s/config->release(config->ctx, bytes);//'
rule 'KVM: a GIC without memory has its number of interrupts' kvm/vm.c \
	'/^int vgic_kvm_init/,/^}/ s/vm->nr_irqs = chosen;//'
rule 'KVM: HAS does not ask for the vCPU' kvm/regs.c \
	'/^static int has_reg/,/^}/ s/named_vcpu(vm, attr, frame) == KVM_NO_VCPU/false/'
rule 'KVM: HAS of a system register does not ask for the vCPU' kvm/regs.c \
	'/^int vgic_kvm_has_sysreg/,/^}/ s/named_vcpu(vm, attr, VGIC_UACCESS_CPU) == KVM_NO_VCPU/false/'
rule 'KVM: half of a 64-bit IRS register is a register' kvm/regs.c \
	'/^int vgic_kvm_has_irs/,/^}/ s/(width \&\& attr % width)/false/'
rule 'KVM: IRS_SPI_STATUSR says what is selected' src/v5/uaccess.c \
	'/^static uint64_t load/,/^}/ s/offset == IRS_SPI_STATUSR/offset == UINT32_MAX/'
rule 'KVM: features of an IRS cannot be hidden' src/v5/uaccess.c \
	'/^static uint32_t \*hidden/,/^}/ s/\*hideable = IRS_IDR0_HIDEABLE/*hideable = 0/'
rule 'v5: a hidden SETLPI frame is there' src/v5/irs.c \
	'/^static void write_setlpi/,/^}/ s/(irs_of(mmio)->idr0_hidden & IRS_IDR0_SETLPI)/false/'
rule 'snapshot: ITSs where there are none' $snap/check.c \
	'/^static int check_place/,/^}/ s/!vgic_snap_has(c->gic, kind)/!(kind->models >> vgic_arch_model(c->gic->arch) \& 1)/'
rule 'snapshot: hidden features are shown' $snap/restore.c \
	'/^void vgic_snap_apply_irs/,/^}/ s/= hidden.idr0;/= 0;/'
rule 'KVM: a restore does not go from entry to entry' src/its/persist.c \
	'/^static int restore_events/,/^}/ s/id += next;/id += 1;/'
rule 'ITS: a restore does not hear of what it cannot read' src/its/persist.c \
	'/^static int restore_lpi/,/^}/ s/return VGIC_E_FAULT/return VGIC_OK/'
rule 'ITS: tables outside memory are in what is saved' src/its/persist.c \
	'/^static bool clear_events/,/^}/ s/return false/return true/'
rule 'KVM: a guest puts entries before the first one' src/its/persist.c \
	'/^static bool clear_events/,/^}/ s/(void)vgic_its_write64(w->run->gic, at, 0);//'
rule 'ITS: a guest puts devices before the first one' src/its/persist.c \
	'/^static void clear_devices/,/^}/ s/(void)vgic_its_write64(w->run->gic, at, 0);//'
rule 'ITS: an event comes back with tables of before' src/its/commands.c \
	'/^static enum outcome do_discard/,/^}/ s/clear_entry(c->run, event);//'
rule 'ITS: a device comes back with tables of before' src/its/commands.c \
	'/^static enum outcome do_mapd/,/^}/ s/vgic_its_write64(c->run->gic, at, 0)/true/'
rule 'KVM: a collection that nobody has mapped is not saved' src/its/persist.c \
	'/^static int save_collections/,/^}/ s/ALL_ONES :/0 :/'
rule 'KVM: what is pending is not in the pending tables' src/its/pending.c \
	'/^static uint64_t pending_bits/,/^}/ s/return bits/return 0 * bits/'
rule 'KVM: a resampled line stays up' kvm/irqfd.c \
	'/^static void fall/,/^}/ s/(void)vgic_kvm_spi_pin(vm, pin, false);//'
rule 'KVM: an end without irqfds lowers the line' kvm/irqfd.c \
	'/^static void on_acked/,/^}/ s/if (has_resampler(vm, pin))/if (pin != UINT32_MAX)/'
rule 'KVM: an irqfd that resamples is not told' kvm/irqfd.c \
	'/^static void fall/,/^}/ s/if (leads_to/if (false \&\& leads_to/'
rule 'KVM: an irqfd without RESAMPLE lowers its line' kvm/irqfd.c \
	'/^static int raise_pin/,/^}/ s/vgic_kvm_pin_is_level(vm, pin)/false/'
rule 'KVM: an edge leaves its line up' kvm/irqfd.c \
	'/^static int raise_pin/,/^}/ s/err || vgic_kvm_pin_is_level(vm, pin)/err || vgic_kvm_pin_is_level(vm, pin) || true/'
rule 'KVM: the last irqfd leaves its line up' kvm/irqfd.c \
	'/^static int deassign/,/^}/ s/leave_pin(vm, route.pin);//'
rule 'KVM: any irqfd lets the line fall' kvm/irqfd.c \
	'/^static void leave_pin/,/^}/ s/if (!has_resampler(vm, pin))/if (pin != UINT32_MAX)/'
rule 'KVM: a new route leaves the old line up' kvm/irqfd.c \
	'/^void vgic_kvm_leave_pins/,/^}/ s/leave_pin(vm, was.pin);//'
rule 'KVM: a device does not hear of the new route' kvm/irqfd.c \
	'/^void vgic_kvm_leave_pins/,/^}/ s/ask(vm, &irqfd);//'
rule 'KVM: a route that stays lets the line fall' kvm/irqfd.c \
	'/^void vgic_kvm_leave_pins/,/^}/ s/is_pin(vgic_kvm_route(vm, irqfd.gsi), was.pin)/false/'
rule 'KVM: GSIs beyond the table have SPIs' kvm/route.c \
	'/^struct vgic_kvm_route vgic_kvm_route_by/,/^}/ s/if (gsi >= VGIC_KVM_ROUTING_MAX)/if (gsi >= UINT32_MAX \/ 2)/'
rule 'KVM: resamplers stay with their old SPIs' kvm/route.c \
	's/err = err ? err : vgic_kvm_arm_resamplers(vm, next);//'
rule 'KVM: a bad routing table takes effect' kvm/route.c \
	'/^static int replace/,/^}/ s/if (!err) {/if (err + 99) {/'
rule 'KVM: a GSI may lead to two pins' kvm/route.c \
	'/^static int fill_entry/,/^}/ s/kvm_load(&table->entries\[e->gsi\].what)/false/'
rule 'KVM: INIT keeps the routes' kvm/vm.c \
	's/vgic_kvm_reset_routes(vm);//'
rule 'KVM: an IST in use changes its place' src/v5/uaccess.c \
	'/^static bool in_use/,/^}/ s/value != base/false/'
rule 'KVM: an IST that was not restored is not made' kvm/addr.c \
	's/(void)vgic_uaccess_make_ist(vm->vcpus\[0\].vcpu);//'
rule 'KVM: tables of the second level are forgotten' src/v5/ist.c \
	'/^static bool adopt_l2/,/^}/ s/(l1 & L1_ISTE_VALID) &&/!l1 \&\&/'
rule 'KVM: an SPI loses its trigger mode' src/v5/uaccess.c \
	's/index < gic->first_lpi ? W_TM : W_LEVEL/index ? W_LEVEL : W_TM/'
rule 'KVM: what was active is not ended by EOIcount' src/core/irq.c \
	'/^static uint64_t restore_active/,/^}/ s/ | W_ACKED//'
rule 'KVM: actives nest by the priority before the restore' src/mmio/irq.c \
	'/^static void restore_actives/,/^}/ s/w_place(word) == PLACE_INBOX/false/'
rule 'KVM: registers of a vCPU that runs are read' kvm/regs.c \
	'/^int vgic_kvm_settled/,/^}/ s/!a->held/false/'
rule 'KVM: GICv5 registers change after the first run' kvm/regs.c \
	'/^int vgic_kvm_sysreg/,/^}/ s/kvm_load(&vm->has_run)/false/'
rule 'KVM: PPIs of the host can be driven' kvm/irq.c \
	'/^static bool drivable/,/^}/ s/>> (ppi % 64) & 1/>> (ppi % 64) | 1/'

# The reports of docs/field-bugs.md, each caught by a test of its number
rule 'field 01: registers full of actives hide a candidate' $lr \
	'/^static bool exchange_one/,/^}/ s/uint32_t below = VGIC_PRIO_NONE/uint32_t below = 0/'
rule 'field 02: disabled, the physical one is never ended' $word \
	'/^static inline bool w_phys_idle/,/^}/ s/(w & W_PHYS) &&/(w \& W_PHYS) \&\& (w \& W_ENABLE) \&\&/'
rule 'field 03: rerouted, but not handed over' $queue \
	'/^static uint64_t judge/,/^}/ s/ && w_target(word) == vcpu->index//'
rule 'field 04: every redistributor is the first' src/v3/v3.c \
	's/mmio->bank = owner->index/mmio->bank = 0 * owner->index/'
rule 'field 04: half a route clears the other half' src/mmio/mmio.c \
	's/mmio->lanes = UINT64_C(0xffffffff) << shift/mmio->lanes = UINT64_MAX + 0 * shift/'
rule 'field 05: GICR_ISACTIVER0 sets what is pending' src/v3/v3.h \
	'/{ GICD_ISACTIVER/,/}/ s/vgic_mmio_write_isactiver/vgic_mmio_write_ispendr/'
rule 'field 05: GICR_ICACTIVER0 clears what is pending' src/v3/v3.h \
	'/{ GICD_ICACTIVER/,/}/ s/vgic_mmio_write_icactiver/vgic_mmio_write_icpendr/'
rule 'field 06: SGI target lists without their range' src/v3/sgi.c \
	'/^static void send_to_list/,/^}/ s/FIELD_GET(ICC_SGIR_RS, value) \* SGI_RANGE/0/'
rule 'field 06: eight CPUs are all there are' src/v3/sgi.c \
	'/^static void send_to_list/,/^}/ s/uint32_t target = gic->by_mpidr\[at\]/uint32_t target = gic->by_mpidr[at] \& 7/'
rule 'field 07: an exit for every EOI' $lr \
	'/^static bool needs_eoi/,/^}/ s/if (w_active(word) && w_pending(word))/if (w_active(word) || w_pending(word))/'
rule 'field 08: EOIcount ends what a register has' $lr \
	'/^static void credit_eois/,/^}/ s/vgic_prio_credit(vcpu, count);/vgic_irq_change(vcpu->gic, vcpu, vcpu->lr_irq[__builtin_ctz(vcpu->ich.used + 0 * count)], VGIC_CLEAR_ACTIVE, 0);/'
rule 'field 47: an EOI of nothing ends what software activated' src/core/stack.c \
	'/^static uint32_t credit/,/^}/ s/!(word & W_ACKED)/(word \& 0)/'
rule 'field 09: DIR elsewhere ignored' src/v3/sysreg.c \
	'/^static void write_dir/,/^}/ s/index == VGIC_NIL)/index == VGIC_NIL || w_owner(vgic_irq_word(vcpu->gic, index)) != vcpu->index)/'
rule 'field 09: a group that opens is not noticed' $lr \
	'/^static uint32_t control/,/^}/ s/ICH_HCR_EL2_VGrp1EIE/0/'
rule 'field 10: an edge dropped while disabled' $word \
	'/^static inline uint64_t w_set_pending/,/^{/ s/^{/{ if (!(w \& W_ENABLE)) { return w; }/'
rule 'field 11: pending though it was taken' $lr \
	'/^static uint64_t merge/,/^}/ s/~(W_PEND | W_LINE) : ~W_PEND/~W_LINE : UINT64_MAX/'
rule 'field 12: what waits behind full registers is forgotten' $lr \
	'/^static uint32_t control/,/^}/ s/hcr |= ICH_HCR_EL2_NPIE/hcr |= 0/'
rule 'field 13: ICENABLER is a copy of ISENABLER' $regs \
	'/^void vgic_mmio_write_icenabler/,/^}/ s/VGIC_CLEAR_ENABLE/VGIC_SET_ENABLE/'
rule 'field 13: a level is not asked for again at its end' $lr \
	'/^static bool needs_eoi/,/^}/ s/(word & (W_LEVEL | W_LINE)) == (W_LEVEL | W_LINE)/false/'
rule 'field 15: an ITS is restored without what it maps' $snap/its.c \
	'/^static void count_event/,/^}/ s/vgic_store_relaxed(route, now);/(void)now;/'
rule 'field 16: a restore leaves where LPIs go to the memory' $snap/its.c \
	'/^void vgic_snap_apply_collections/,/^}/ s/s.vcpu != SNAP_NO_VCPU/false/'
rule 'field 18: what is disabled can be acknowledged' $word \
	'/^static inline bool w_wanted/,/^}/ s/ && (w & W_ENABLE)//'
rule 'field 18: priorities mean nothing' $queue \
	'/^static uint32_t best_level/,/^}/ s/(uint32_t)__builtin_ctz(g0 | g1)/31u - (uint32_t)__builtin_clz(g0 | g1)/'
rule 'field 18: a level that is asserted gets lost' $word \
	'/^static inline bool w_pending/,/^}/ s/(w & (W_LEVEL | W_LINE)) == (W_LEVEL | W_LINE)/false/'
rule 'field 19: pending behind active is not brought forward' $lr \
	'/^static bool needs_eoi/,/^}/ s/w_active(word) && w_pending(word)/false/'
rule 'field 20: the HW bit is never set' $lr \
	'/^static uint64_t lr_value/,/^}/ s/(word & W_PHYS) && /false \&\& (word \& W_PHYS) \&\& /'
rule 'field 20: EOImode 1 without DIR' src/v3/sysreg.c \
	'/^static void write_dir/,/^}/ s/!(vcpu->ich.vmcr & ICH_VMCR_EL2_VEOIM)/true/'
rule 'field 21: an SGI has no sender' $lr \
	'/^static uint32_t lr_intid/,/^}/ s/vgic_sgi_loaded(gic, index)/0/'
rule 'field 21: one sender at a time' src/core/senders.c \
	'/^void vgic_sgi_send/,/^}/ s/(was & ~SGI_UNNAMED) | 1u << source/1u << source/'
rule 'field 22: INTIDs of eight bits' $lr \
	'/^static uint32_t lr_intid/,/^}/ s/vgic_irq_intid(gic, index);/vgic_irq_intid(gic, index) \& 0xff;/'
rule 'field 22: registers that are full' $lr \
	'/^static uint32_t control/,/^}/ s/hcr |= ICH_HCR_EL2_NPIE/hcr |= 0/'

# GICv2
rule 'gicv2: the trigger of SGIs can be written' src/v2/dist.c \
	'/^static void write_icfgr/,/^}/ s/!are_sgis(mmio)/mmio/'
rule 'gicv2: a single CPU has to be listed' src/v2/arch.c \
	'/^static uint32_t route_target/,/^}/ s/gic->config.nr_vcpus == 1/gic->config.nr_vcpus == 0/'
rule 'gicv2: SGIs are pending from CPUs that are not there' src/v2/dist.c \
	'/^static void write_spendsgir/,/^}/ s/& all_cpus(gic)/\& 0xff/'
rule 'gicv2: ISPENDR pends SGIs' src/v2/dist.c \
	'/^static void write_ispendr/,/^}/ s/no_sgis(mmio, value)/value/'
rule 'gicv2: what another sent while active is its own' src/core/senders.c \
	'/^bool vgic_sgi_is_loaded/,/^}/ s/!(word & W_ACTIVE)/word/'
rule 'gicv2: an SGI taken before its word says pending comes again' $lr \
	'/^static void take_in/,/^}/ s/follow_senders(vcpu, index, was)/was/'
rule 'gicv2: the same while its handler is under way' $lr \
	'/^static void reconcile/,/^}/ s/if (sgi && (done || !(value & ICH_LR_EL2_Pending)))/if (sgi \&\& done)/'
rule 'gicv2: an injected SGI is of nobody' src/v2/arch.c \
	'/^static enum vgic_change line/,/^}/ s/level && vgic_has_senders(gic, index)/false/'
rule 'sleeper: it keeps what it was to take' src/core/route.c \
	'/^void vgic_leave_1ofn/,/^}/ s/ATTN_LISTS | ATTN_AWAY/0/'
rule 'sleeper: it keeps after a reset what it was to take' src/v3/arch.c \
	'/^VGIC_COLD int vgic_v3_reset_vcpu/,/^}/ s/if (awake)/if (false)/'
rule 'sleeper: its list registers keep what it does not take' $queue \
	'/^bool vgic_queue_attend/,/^}/ s/disclaim(vcpu);/(void)disclaim;/'
rule 'sleeper: awake, it is not looked for' src/v3/redist.c \
	'/^static void write_waker/,/^}/ s/vgic_note_taker(gic, mmio->bank);//'
rule 'sleeper: awake, all that waits is placed in one access' \
	src/core/route.c \
	'/^bool vgic_find_takers/,/^}/ s/effort -= find_taker/(void)find_taker/'
rule 'sleeper: awake, the access is not made again' src/v3/redist.c \
	'/^static void write_waker/,/^}/ s/mmio->retry = !vgic/mmio->retry = 0 \& !vgic/'
rule 'race: posted twice after a device declined' $irq \
	'/^static void deliver/,/^}/ s/if (w_place(was) != PLACE_NONE)/if (false)/'
rule 'race: ops of one device, opaque of another' src/core/side.c \
	'/^static const struct vgic_irq_ops \*ops_of/,/^}/ s/while (now != ops)/while (false)/'
rule 'race: opaque changes under its ops' src/core/side.c \
	'/^int vgic_set_irq_ops/,/^}/ s/vgic_store_seq(&side->ops, NULL);//'
rule 'gicv2: software acknowledges what the exit gave away' src/v2/v2.c \
	'/^static enum vgic_trap cpu_access/,/^}/ s/vcpu->gic->policy->enter(vcpu);//'
rule 'ITS: software acknowledges what the exit gave away' src/v3/sysreg.c \
	'/^static bool execute/,/^}/ s/vcpu->gic->policy->enter(vcpu);//'
rule 'gicv2: a reset keeps senders' src/v2/arch.c \
	'/^static int reset_vcpu/,/^}/ s/vgic_sgi_unsend(.*);//'
rule 'gicv2: a reset forgets that Group 0 comes first' src/mmio/dist.c \
	'/^VGIC_COLD void vgic_dist_reset_private/,/^}/ s/(word & W_GATE1) != 0/true/'
rule 'gicv2: taken back and sent again is one' src/core/senders.c \
	'/^bool vgic_sgi_merge/,/^}/ s/if (!(was & TAKEN_BACK))/if (was | 1)/'
rule 'gicv2: what the guest did not take loses its sender' src/core/senders.c \
	'/^void vgic_sgi_unload/,/^}/ s/1u << vgic_sgi_loaded(gic, index)/0 * index/'
rule 'gicv2: DIR ends the SGI of any sender' src/v2/v2.c \
	'/^static void write_dir/,/^}/ s/!= vgic_sgi_loaded(gic, index)/== 99/'
rule 'gicv2: GICH keeps no senders' src/cpuif/gich.c \
	'/^static uint64_t from_gich/,/^}/ s/lr |= FIELD_PUT(GICC_CPUID, FIELD_GET(GICH_LR_CPUID, word));//'

# The hypervisor
rule 'field 52: active priorities are kept, GICv3' hyp/gicv3.c \
	's/^	write_sysreg(icc_ap1r0_el1, 0);//'
rule 'field 52: active priorities of Group 0 are kept' hyp/gicv3.c \
	's/^	write_sysreg(icc_ap0r0_el1, 0);//'
rule "field 52: Group 0 is touched though it is the firmware's" hyp/gicv3.c \
	's/if (!group0)/if (false \&\& !group0)/'
rule 'field 52: registers that are not there are touched' hyp/gicv3.c \
	's/if (pri_bits >= 7)/if (pri_bits >= 6)/'
rule 'field 52: what is pending stays, GICv3' hyp/gicv3.c \
	'/GICR_ICPENDR0/d'
rule 'field 52: active priorities are kept, GICv2' hyp/gicv2.c \
	'/GICC_APR + i/d'
rule 'field 52: what is pending stays, GICv2' hyp/gicv2.c \
	'/GICD_CPENDSGIR + i/d'
rule 'field 54: a virtual deadline is signed' hyp/vtimer.c \
	's/counter() >= vcpu->timers.cntv_cval/(int64_t)(counter() - vcpu->timers.cntv_cval) >= 0/'
rule 'field 54: a physical deadline is signed' hyp/vtimer.c \
	's/&& now >= vcpu->timers.cntp_cval;/\&\& (int64_t)(now - vcpu->timers.cntp_cval) >= 0;/'
rule 'field 55: the upper halves count' hyp/psci.c \
	's/FN_SMC64 ? UINT64_MAX : UINT32_MAX/FN_SMC64 ? UINT64_MAX : UINT64_MAX/'
rule 'field 55: an affinity level has 64 bits' hyp/psci.c \
	's/(uint32_t)call->a2 != 0/call->a2 != 0/'
rule 'field 55: who is starting is on' hyp/psci.c \
	's/return PSCI_ON_PENDING/return PSCI_ALREADY_ON/'
rule 'hyp: ISTATUS shows before the line is up' hyp/vtimer.c \
	's/if (ptimer_level(vcpu, now)) {/if (false) {/'
rule 'hyp: a late timer raises a line that is low by now' hyp/vtimer.c \
	'/^static void ptimer_expired/,/^}/ s/ptimer_update(vcpu, counter());/vgic_inject_irq(vm.gic, vcpu->index, vm_ppi(PPI_CNTP), true, vcpu);/'
rule 'hyp: a state of a vCPU has no name' hyp/report.c \
	'/\[VCPU_STARTING\] = /d'

# The emulator's door
rule 'race emu: a vCPU that was kicked while taken is forgotten' emu/emu.c \
	'/^static void let_go/,/^}/ s/look(emu, v);/(void)emu;/'
rule 'race emu: a kick finds the vCPU taken and leaves no word' emu/emu.c \
	'/^static void serve(/,/^}/ s/TAKEN_LOOK) ||/TAKEN) ||/'
rule 'emu: kicks are not served after an access' emu/emu.c \
	'/^static enum vgic_trap access/,/^}/ s/serve_kicks(emu);//'
rule 'emu: kicks are not served after an injection' emu/emu.c \
	'/^int vgic_emu_inject_irq/,/^}/ s/serve_kicks(emu);//'
rule 'race emu: a vCPU is not taken for an access' emu/emu.c \
	'/^static void take(/,/^}/ s/while (!try_take(v))/while (!try_take(v) \&\& false)/'
rule 'emu: an input of a GICv5 stays up when its line falls' emu/emu.c \
	'/^static void withdraw/,/^}/ s/emu->is_v5/false/'
rule 'emu: inputs are not reported after a restore' emu/emu.c \
	'/^void vgic_emu_start/,/^}/ s/serve(emu, &emu->vcpus\[i\]);//'
rule 'emu: a repeated store takes the value that came back' emu/emu.c \
	'/^static enum vgic_trap access/,/^}/ s/result != VGIC_TRAP_RETRY/true/'
rule 'emu: posts are not taken in out of guest code' src/core/enter.c \
	'/^unsigned int vgic_update_signals/,/^}/ s/attend_to_posts(vcpu);//'
rule 'RES1, U and MT of an MPIDR_EL1 are refused' src/core/create.c \
	'/^static bool pack_affinity/,/^}/ s/fields | MPIDR_EL1_NO_AFFINITY/fields/'

# Embedders who err
rule 'a mapped interrupt is configured and the host not told' $irq \
	'/^static void follow_up/,/^}/ s/vgic_phys_configure(gic, index);//'
rule 'the host is told what another vCPU has changed since' $side \
	'/^void vgic_phys_configure/,/^}/ s/!vgic_phys_reconfigured(gic, was, word)/was != word + 1/'
rule 'an interrupt is mapped that nobody can end' $side \
	'/^VGIC_COLD int vgic_map_irq/,/^}/ s/!gic->config.host->phys_set_active/false/'
rule 'emu: a pulse of a level is not taken back' src/v5/arch.c \
	'/^static enum vgic_change pulse/,/^}/ s/return VGIC_SET_EDGE/return VGIC_SET_PENDING/'
rule 'regions behind the distributor are skipped' src/core/addr.c \
	'/^VGIC_COLD int vgic_mmio_region/,/^}/ s/gic->dist_placed \&\& n-- == 0/gic->dist_placed \&\& n == 0/'
