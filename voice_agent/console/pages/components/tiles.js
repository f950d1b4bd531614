// The wallboard: figures, alarms, parts. Told everything once a second; nothing is drawn that has not changed.
export default {
  template: `
    <div class="wall">
      <div class="alarms" role="alert" aria-live="assertive">
        <component v-for="a in data.alarms" :key="a.kind + a.call + a.text" :is="a.call ? 'a' : 'p'" class="alarm"
          :class="a.kind" :href="a.call ? '/live/' + a.call : undefined"><b>{{ a.title }}</b> {{ a.text }}</component>
        <p v-if="data.more" class="alarm">외 {{ data.more }}건</p>
        <p v-if="!data.alarms.length" class="calm">이상 없음</p>
      </div>
      <div class="tiles">
        <div v-for="t in data.tiles" :key="t.label" class="tile" :class="t.tone">
          <div class="label">{{ t.label }}</div><div class="value">{{ t.value }}</div><div class="more">{{ t.more }}</div>
        </div>
      </div>
      <ul class="parts" aria-label="구성 요소">
        <li v-for="p in data.parts" :key="p.name" :class="p.ok ? 'good' : 'bad'">{{ p.name }} <b>{{ p.state }}</b></li>
        <li class="clock">{{ data.at }}</li>
      </ul>
    </div>`,
  props: { initial: Object },
  data() {
    return { data: this.initial };
  },
  methods: {
    apply(data) {
      this.data = data;
    },
  },
};
