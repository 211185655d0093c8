// Trains ConvNetJS's MNIST demo network on random digits and prints examples per second. Run by benchmarks/convnetjs.py.
const convnetjs = require(process.argv[2]);
const examples = Number(process.argv[3]);

const net = new convnetjs.Net();
net.makeLayers([
  { type: "input", out_sx: 24, out_sy: 24, out_depth: 1 },
  { type: "conv", sx: 5, filters: 8, stride: 1, pad: 2, activation: "relu" },
  { type: "pool", sx: 2, stride: 2 },
  { type: "conv", sx: 5, filters: 16, stride: 1, pad: 2, activation: "relu" },
  { type: "pool", sx: 3, stride: 3 },
  { type: "softmax", num_classes: 10 },
]);
const trainer = new convnetjs.SGDTrainer(net, { method: "adadelta", batch_size: 20, l2_decay: 0.001 });
const digits = Array.from({ length: 50 }, () => {
  const digit = new convnetjs.Vol(24, 24, 1, 0);
  for (let i = 0; i < digit.w.length; i += 1) digit.w[i] = Math.random();
  return digit;
});
const learn = (count) => { for (let i = 0; i < count; i += 1) trainer.train(digits[i % 50], i % 10); };

learn(60); // the engine compiles what is hot
const begun = process.hrtime.bigint();
learn(examples);
console.log(examples / (Number(process.hrtime.bigint() - begun) / 1e9));
