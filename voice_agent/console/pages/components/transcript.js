// What is said, as it is said. Follows the end unless the reader has scrolled up.
export default {
  template: `
    <div class="transcript" ref="box" tabindex="0" role="log" aria-label="대화" @scroll="scrolled">
      <div v-for="(l, i) in lines" :key="i" class="line" :class="l.who">
        <div class="meta"><b>{{ l.name }}</b> <span>{{ l.at }}</span>
          <span v-if="l.sure" :class="{ bad: l.unsure }">확신 {{ l.sure }}</span>
          <span v-if="l.latency">응답 {{ l.latency }}</span></div>
        <div class="text">{{ l.text }}</div>
      </div>
      <div v-if="partial" class="line caller partial"><div class="meta"><b>시민</b> <span>말하는 중</span></div>
        <div class="text">{{ partial }}</div></div>
      <p v-if="!lines.length && !partial" class="soft">아직 나눈 말이 없습니다.</p>
    </div>`,
  props: { initial: Array, initialPartial: String },
  data() {
    return { lines: this.initial, partial: this.initialPartial, follow: true };
  },
  mounted() {
    this.toEnd();
  },
  methods: {
    apply(first, lines, partial) {
      this.lines = [...this.lines.slice(0, first), ...lines];
      this.partial = partial;
      this.$nextTick(this.toEnd);
    },
    scrolled() {
      const b = this.$refs.box;
      this.follow = b.scrollHeight - b.scrollTop - b.clientHeight < 40;
    },
    toEnd() {
      const b = this.$refs.box;
      if (this.follow && b) b.scrollTop = b.scrollHeight;
    },
  },
};
