// Live calls. Only changed lines come in; the times run by themselves against the server's clock.
export default {
  template: `
    <div class="scroll" tabindex="0" role="region" aria-label="실시간 통화">
      <table class="plain calls">
        <thead><tr><th scope="col">상태</th><th scope="col">업무</th><th scope="col">지금</th><th scope="col">번호</th>
          <th scope="col">통화</th><th scope="col">대기</th><th scope="col">되묻기</th><th scope="col">응답</th>
          <th scope="col">참여</th></tr></thead>
        <tbody>
          <tr v-for="r in rows" :key="r.id" :data-call="r.id" :data-seq="r.seq" :class="{ urgent: r.urgent, opens }"
              @click="open(r)">
            <td><span class="badge" :class="r.tone">{{ r.urgent ? '위급 · ' : '' }}{{ r.phase }}</span></td>
            <td><a v-if="opens" :href="'/live/' + r.id" @click.stop>{{ r.topic || '아직 모름' }}</a>
                <template v-else>{{ r.topic || '아직 모름' }}</template></td>
            <td>{{ r.step }}</td><td class="number">{{ r.remote }}</td>
            <td class="number">{{ elapsed(r.began) }}</td><td class="number">{{ r.waiting ? elapsed(r.waiting) : '' }}</td>
            <td class="number">{{ r.repairs || '' }}</td><td class="number">{{ r.latency }}</td><td>{{ r.people }}</td>
          </tr>
        </tbody>
      </table>
      <p v-if="!rows.length" class="soft">지금 통화가 없습니다.</p>
    </div>`,
  props: { initial: Array, opens: Boolean },
  data() {
    return { calls: new Map(this.initial.map((r) => [r.id, r])), ahead: 0, now: Date.now() };
  },
  computed: {
    rows() {
      const rank = (r) => (r.urgent ? 0 : r.waiting ? 1 : 2);
      return [...this.calls.values()].sort((a, b) => rank(a) - rank(b) || a.began - b.began);
    },
  },
  mounted() {
    this.ticking = setInterval(() => (this.now = Date.now()), 1000);
  },
  unmounted() {
    clearInterval(this.ticking);
  },
  methods: {
    apply(changed, gone, at) {
      this.ahead = at - Date.now();
      for (const r of changed) this.calls.set(r.id, Object.freeze(r));
      for (const id of gone) this.calls.delete(id);
      if (globalThis.consolePainted) this.$nextTick(() => globalThis.consolePainted(changed));
    },
    elapsed(began) {
      const s = Math.max(0, Math.floor((this.now + this.ahead - began) / 1000));
      return Math.floor(s / 60) + ':' + String(s % 60).padStart(2, '0');
    },
    open(r) {
      if (this.opens && !getSelection().toString()) location.href = '/live/' + r.id;
    },
  },
};
